"""Numbers as pictures: rows in, geometry out. Pure: no database, no request, no clock.

Lengths are percentages of the picture as text ("43.2%"), so that a picture fits a telephone and
a sheet of paper alike. The templates in templates/components/chart_*.html draw them, each with
its numbers as a table: nothing can be read from the picture alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

TONES = 6  # patterns that can be told apart without colour
TICKS = 4
NARROWEST_NUMBERED = 8  # per cent of a stacked bar that still has room for its number above it
MOST_NUMBERED = 14  # columns that still have room for a number each
GAP = 0.28  # of a column's room
EDGE = 4  # per cent: so close to an end a number is written inwards

Number = int | float


@dataclass(frozen=True)
class Bar:
    """One number with its name. `value` None is a number that is not told; `shown` says why."""

    label: str
    value: Number | None
    note: str = ""
    shown: str = ""

    @property
    def number(self) -> str:
        """The number as it is printed."""
        if self.shown or self.value is None:
            return self.shown or "—"
        return str(self.value)


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its place: `start` and `size` along the picture, `tone` from 1."""

    bar: Bar
    start: str
    middle: str
    size: str
    share: str
    tone: int
    is_numbered: bool


@dataclass(frozen=True)
class DrawnColumn:
    """A column with its place: from the left and from the top, and where its number stands."""

    bar: Bar
    left: str
    width: str
    top: str
    height: str
    middle: str
    anchor: str
    is_numbered: bool


@dataclass(frozen=True)
class Chart:
    """Title, rows, and what the numbers count (`unit`, the heading of their column)."""

    title: str
    bars: Sequence[Bar]
    unit: str
    heading: str = ""
    of: Number | None = None

    @property
    def total(self) -> Number:
        """The sum of all numbers that are told."""
        return sum(bar.value or 0 for bar in self.bars)

    @property
    def longest(self) -> Number:
        return max((bar.value or 0 for bar in self.bars), default=0)

    @property
    def highest(self) -> Bar | None:
        """The first bar of the greatest number; None when there is nothing to show."""
        return next((bar for bar in self.bars if bar.value == self.longest), None)

    @property
    def has_shares(self) -> bool:
        return bool(self.of)

    @cached_property
    def key(self) -> str:
        """A name for this picture on its page: the same rows have the same name."""
        return named_by(type(self).__name__, self.title, self.unit, list(self.bars))

    def share_of(self, bar: Bar) -> str:
        """ "12.5%" of `of`; "" where there is no whole or the number is not told."""
        return f"{100 * bar.value / self.of:.1f}%" if self.of and bar.value is not None else ""


class BarChart(Chart):
    """Horizontal bars, each under its label, which may be as long as it likes."""

    template = "components/chart_bars.html"

    @property
    def drawn(self) -> list[DrawnBar]:
        scale = max(self.longest, self.of or 0)
        return [
            DrawnBar(bar, "0%", "0%", percent(bar.value or 0, scale), self.share_of(bar), 1, False)
            for bar in self.bars
        ]


class StackedChart(Chart):
    """Parts of a whole, side by side in one bar; each part has a pattern of its own."""

    template = "components/chart_stacked.html"

    @property
    def has_shares(self) -> bool:
        return self.total > 0

    @property
    def drawn(self) -> list[DrawnBar]:
        parts, before = [], 0
        for place, bar in enumerate(self.bars):
            value = bar.value or 0
            size = 100 * value / self.total if self.total else 0
            parts.append(
                DrawnBar(
                    bar,
                    percent(before, self.total),
                    percent(before + value / 2, self.total),
                    percent(value, self.total),
                    f"{size:.1f}%" if bar.value is not None else "",
                    place % TONES + 1,
                    size >= NARROWEST_NUMBERED,
                )
            )
            before += value
        return parts

    @property
    def parts(self) -> list[DrawnBar]:
        """Those of which there is something to see."""
        return [part for part in self.drawn if part.bar.value]


class ColumnChart(Chart):
    """One column for each day, in their order, above a line with even steps."""

    template = "components/chart_columns.html"

    @cached_property
    def ticks(self) -> list[int]:
        """The numbers along the side, from the top down to 0."""
        step = even_step(self.longest)
        steps = max(1, ceil(self.longest / step))
        return [step * place for place in range(steps, -1, -1)]

    @property
    def lines(self) -> list[str]:
        """How far from the top each tick's line is."""
        return [percent(place, len(self.ticks) - 1) for place in range(len(self.ticks))]

    @property
    def drawn(self) -> list[DrawnColumn]:
        return [self._column(place, bar) for place, bar in enumerate(self.bars)]

    def _column(self, place: int, bar: Bar) -> DrawnColumn:
        room, top, value = 100 / len(self.bars), self.ticks[0], bar.value or 0
        middle = room * (place + 0.5)
        return DrawnColumn(
            bar,
            left=f"{room * (place + GAP / 2):.3f}%",
            width=f"{room * (1 - GAP):.3f}%",
            top=percent(top - value, top),
            height=percent(value, top),
            middle=f"{middle:.3f}%",
            anchor="start" if middle < EDGE else "end" if middle > 100 - EDGE else "middle",
            is_numbered=value > 0 and (len(self.bars) <= MOST_NUMBERED or bar is self.highest),
        )

    @property
    def ends(self) -> list[str]:
        """The labels that stand under the line: first, middle, last; fewer where there are few."""
        labels = [bar.label for bar in self.bars]
        if len(labels) < 3:
            return labels
        return [labels[0], labels[(len(labels) - 1) // 2], labels[-1]]


@dataclass(frozen=True)
class Group:
    """The numbers of one row, column by column. `values` None are numbers that are not told."""

    label: str
    values: Sequence[int] | None

    @property
    def total(self) -> int:
        return sum(self.values or ())


@dataclass(frozen=True)
class DrawnGroup:
    group: Group
    parts: list[DrawnBar]


@dataclass(frozen=True)
class GroupedChart:
    """The same columns for several rows; each row as one bar of a hundred per cent."""

    title: str
    columns: Sequence[str]
    groups: Sequence[Group]
    heading: str = ""

    template = "components/chart_grouped.html"

    @cached_property
    def key(self) -> str:
        """A name for this picture on its page: the same rows have the same name."""
        return named_by("GroupedChart", self.title, list(self.columns), list(self.groups))

    @property
    def tones(self) -> list[tuple[int, str]]:
        """The pattern and the name of each column."""
        return [(place % TONES + 1, name) for place, name in enumerate(self.columns)]

    @property
    def has_untold(self) -> bool:
        return any(group.values is None for group in self.groups)

    @property
    def drawn(self) -> list[DrawnGroup]:
        return [
            DrawnGroup(
                group,
                stacked_chart(
                    group.label,
                    [Bar(*pair) for pair in zip(self.columns, group.values or (), strict=False)],
                    "",
                ).parts,
            )
            for group in self.groups
        ]


def bar_chart(
    title: str,
    bars: Sequence[Bar],
    unit: str,
    *,
    heading: str = "",
    of: Number | None = None,
) -> BarChart:
    """Numbers side by side; with `of`, each also as a share of that whole."""
    return BarChart(title, list(bars), unit, heading, of)


def stacked_chart(
    title: str, bars: Sequence[Bar], unit: str, *, heading: str = ""
) -> StackedChart:
    """Parts of one whole, such as verdicts."""
    return StackedChart(title, list(bars), unit, heading)


def column_chart(title: str, bars: Sequence[Bar], unit: str, *, heading: str = "") -> ColumnChart:
    """Numbers in the order of time, such as arrivals on each day."""
    return ColumnChart(title, list(bars), unit, heading)


def grouped_chart(
    title: str, columns: Sequence[str], groups: Sequence[Group], *, heading: str = ""
) -> GroupedChart:
    """The same question asked of several things, or of several groups of people."""
    return GroupedChart(title, list(columns), list(groups), heading)


def named_by(*facts) -> str:
    """A name that can stand in an id, the same for the same facts."""
    return "c" + hashlib.sha256(repr(facts).encode()).hexdigest()[:10]


def percent(part: Number, whole: Number) -> str:
    """ "43.200%"; of nothing, "0%". Never more than the whole."""
    return f"{min(100.0, 100 * part / whole):.3f}%" if whole else "0%"


def even_step(longest: Number) -> int:
    """1, 2 or 5 times a power of ten, such that at most `TICKS` steps reach the longest."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * TICKS >= longest:
                return step
        size *= 10
