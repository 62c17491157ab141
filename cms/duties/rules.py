"""When a duty is due, how it stands, and whom to warn when (rulebook T2, T6, T8; 711 Art. 30, 33).

Days are `datetime.date` in Asia/Shanghai; periods are working days. A duty's clock is a sequence
of segments, oldest first: it runs, is paused, goes on, or is counted anew from the day of a new
event. The day on which a segment starts is never counted in it, the day on which it ends is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from cms.workdays.rules import (
    Calendar,
    Counted,
    nth_working_day,
    nth_working_day_before,
    working_days_between,
)

from .enums import Colour, Level, SegmentKind

AMBER_UP_TO = 5
RED_UP_TO = 2


class Stretch(Protocol):
    """A segment as the rules see it. `ended_on` is None while it lasts."""

    kind: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True)
class DueWarning:
    """A warning that has fallen due: at so many working days left, for whom, since when."""

    working_days_left: int
    falls_on: date
    level: Level


def due_date(segments: Sequence[Stretch], n: int, calendar: Calendar) -> Counted:
    """The n-th working day of the clock, with its day-by-day explanation.

    A pause that still lasts is counted as if it ended the day it began: the date is then the
    earliest possible. Raises `ValueError` without a segment, or when `n` is below 1.
    """
    current = since_last_start(segments)
    if not current:
        raise ValueError("A clock has at least one segment.")
    pauses = [
        (segment.started_on, segment.ended_on)
        for segment in current
        if segment.kind == SegmentKind.PAUSED and segment.ended_on
    ]
    return nth_working_day(current[0].started_on, n, calendar, pauses)


def since_last_start(segments: Sequence[Stretch]) -> Sequence[Stretch]:
    """The segments from the last one that was counted anew, or all of them."""
    starts = [place for place, seg in enumerate(segments) if seg.kind == SegmentKind.RESTARTED]
    return segments[starts[-1] if starts else 0 :]


def is_late(met_on: date, due_on: date) -> bool:
    """The due day is in time until it ends (Civil Art. 203)."""
    return met_on > due_on


def days_left(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days that remain after `today`; below 0 from the day after the due day."""
    if is_late(today, due_on):
        return min(-1, working_days_between(today, due_on, calendar))
    return working_days_between(today, due_on, calendar)


def days_used(counted: Counted, until: date) -> int:
    """How many of the counted working days have begun by `until`."""
    return sum(line.counted and line.day <= until for line in counted.days)


def days_paused(segments: Sequence[Stretch], today: date) -> int:
    """For how many calendar days the present clock has been paused up to `today`."""
    return sum(
        (min(segment.ended_on or today, today) - segment.started_on).days
        for segment in since_last_start(segments)
        if segment.kind == SegmentKind.PAUSED and segment.started_on <= today
    )


def colour(left: int) -> Colour:
    """More than 5 working days left green, 3 to 5 amber, 2 or fewer red, overdue purple (T8)."""
    if left < 0:
        return Colour.PURPLE
    if left <= RED_UP_TO:
        return Colour.RED
    return Colour.AMBER if left <= AMBER_UP_TO else Colour.GREEN


def warnings_due(
    due_on: date, warn_at: Sequence[int], today: date, calendar: Calendar
) -> list[DueWarning]:
    """The warnings that have fallen due by `today`, however long ago."""
    return [
        DueWarning(left, falls_on, level)
        for left in sorted(warn_at, reverse=True)
        if (falls_on := nth_working_day_before(due_on, left, calendar)) <= today
        for level in _levels(left, warn_at)
    ]


def _levels(left: int, warn_at: Sequence[int]) -> tuple[Level, ...]:
    return (Level.OFFICER, Level.HEAD) if left == min(warn_at) else (Level.OFFICER,)
