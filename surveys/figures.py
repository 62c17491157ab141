"""Results as they are frozen into a page, and as the page shows them. Pure.

What is withheld is not in the figures at all: `None` stands in its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cms.pages.charts import (
    Bar,
    Chart,
    Group,
    GroupedChart,
    bar_chart,
    grouped_chart,
)

from .enums import Kind
from .questionnaire import Option, Question, asked
from .rules import Answers
from .tallies import NOT_STATED, SMALLEST_GROUP, Tally, cross, tally, withheld_groups

SCHEMA = 1
CROSSED = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE})


@dataclass(frozen=True)
class Facts:
    """What else is printed with the numbers: period, links issued, wordings that were mended."""

    opened_on: date
    last_day: date
    invited: int | None
    rewordings: Sequence[Mapping[str, str]]


def figures_of(
    parts: Sequence[Question], given: Sequence[Answers], by: Question | None, facts: Facts
) -> dict:
    """Everything a results page prints, as JSON, with small groups withheld."""
    questions = asked(parts)
    tallies = tally(questions, given)
    return {
        "schema": SCHEMA,
        "answers": len(given),
        "invited": facts.invited,
        "opened_on": facts.opened_on.isoformat(),
        "last_day": facts.last_day.isoformat(),
        "rewordings": list(facts.rewordings),
        "questions": [
            _entry(question, tallies[question.key])
            | {"breakdown": _breakdown(question, by, given, tallies[question.key])}
            for question in questions
        ],
    }


def _entry(question: Question, counted: Tally) -> dict:
    entry = {
        "key": question.key,
        "kind": str(question.kind),
        "text": question.text,
        "answered": counted.answered,
    }
    if question.is_text:
        return entry
    if counted.answered < SMALLEST_GROUP:
        return entry | {"answered": None}
    if question.kind == Kind.MATRIX:
        return entry | _matrix(question, counted)
    entry["options"] = [
        {
            "label": option.label,
            "note": _end_label(question, option),
            "count": counted.counts[option.key],
        }
        for option in question.options
    ]
    if question.kind == Kind.SCALE:
        entry["mean"] = f"{counted.mean():.1f}"
    return entry


def _end_label(question: Question, option: Option) -> str:
    if question.kind != Kind.SCALE:
        return ""
    ends = {question.options[0].key: question.low, question.options[-1].key: question.high}
    return ends.get(option.key, "")


def _matrix(question: Question, counted: Tally) -> dict:
    """Each row is a question of its own: one that fewer than ten answered is withheld."""
    return {
        "columns": [option.label for option in question.options],
        "rows": [
            {"label": row.label, "counts": _row(question, counted.rows.get(row.key, {}))}
            for row in question.rows
        ],
    }


def _row(question: Question, counts: Mapping[str, int]) -> list[int] | None:
    numbers = [counts.get(option.key, 0) for option in question.options]
    return numbers if sum(numbers) >= SMALLEST_GROUP else None


def _breakdown(
    question: Question, by: Question | None, given: Iterable[Answers], counted: Tally
) -> dict | None:
    """The question within each group; None where every group would be withheld."""
    if by is None or by.key == question.key or question.kind not in CROSSED:
        return None
    if counted.answered < SMALLEST_GROUP:
        return None
    groups = cross(question, by, given)
    withheld = withheld_groups({key: group.answered for key, group in groups.items()})
    if withheld == set(groups):
        return None
    named = [(option.key, option.label) for option in by.options] + [(NOT_STATED, "")]
    return {
        "by": by.text,
        "columns": [option.label for option in question.options],
        "rows": [
            {"label": label} | _group(question, groups[key], is_withheld=key in withheld)
            for key, label in named
            if key in groups
        ],
    }


def _group(question: Question, group: Tally, *, is_withheld: bool) -> dict:
    if is_withheld:
        return {"answered": None, "counts": None}
    return {
        "answered": group.answered,
        "counts": [group.counts[option.key] for option in question.options],
    }


@dataclass(frozen=True)
class ShownQuestion:
    """One question on the results page."""

    number: int
    kind: str
    text: str
    answered: int | None
    mean: str
    chart: Chart | GroupedChart | None
    breakdown: GroupedChart | None

    @property
    def is_text(self) -> bool:
        return self.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT)


def as_shown(figures: Mapping) -> dict:
    """The context of the results page; empty while there are no figures."""
    if not figures:
        return {"shown": []}
    invited = figures["invited"]
    return {
        "answers": figures["answers"],
        "invited": invited,
        "returned": f"{100 * figures['answers'] / invited:.1f}%" if invited else "",
        "opened_on": date.fromisoformat(figures["opened_on"]),
        "last_day": date.fromisoformat(figures["last_day"]),
        "rewordings": figures["rewordings"],
        "smallest_group": SMALLEST_GROUP,
        "shown": [
            _shown(number, entry) for number, entry in enumerate(figures["questions"], start=1)
        ],
    }


def in_words_of(figures: Mapping, parts: Iterable[Question]) -> Mapping:
    """The same numbers under the words of another wording of the questionnaire, its translation.

    A question that is not there, or has other options, keeps the words it was frozen with.
    """
    if not figures:
        return figures
    asked_as = {question.key: question for question in asked(parts)}
    groups = _words_of_groups(figures, asked_as)
    entries = [_translated(entry, asked_as, groups) for entry in figures["questions"]]
    return {**figures, "questions": entries}


def _words_of_groups(figures: Mapping, asked_as: Mapping[str, Question]) -> dict[str, tuple]:
    """Wording of the question that results are broken down by → how it and its options read."""
    return {
        entry["text"]: (
            asked_as[entry["key"]].text,
            _pairs([row["label"] for row in entry["options"]], asked_as[entry["key"]].options),
        )
        for entry in figures["questions"]
        if "options" in entry and _fits(entry, asked_as.get(entry["key"]))
    }


def _fits(entry: Mapping, question: Question | None) -> bool:
    if question is None or entry["kind"] != question.kind:
        return False
    labels = entry.get("options", entry.get("columns"))
    rows = [] if "options" in entry else entry.get("rows", [])
    return labels is None or (len(labels), len(rows)) == (
        len(question.options),
        len(question.rows),
    )


def _pairs(labels: Iterable[str], options: Iterable[Option]) -> dict[str, str]:
    return dict(zip(labels, (option.label for option in options), strict=True))


def _translated(entry: Mapping, asked_as: Mapping[str, Question], groups: Mapping) -> dict:
    question = asked_as.get(entry["key"])
    if not _fits(entry, question):
        return dict(entry)
    labels = [option.label for option in question.options]
    words = {"text": question.text}
    if "options" in entry:
        words["options"] = [
            {**row, "label": option.label, "note": _end_label(question, option)}
            for row, option in zip(entry["options"], question.options, strict=True)
        ]
    elif "rows" in entry:
        words["columns"] = labels
        words["rows"] = [
            {**row, "label": named.label}
            for row, named in zip(entry["rows"], question.rows, strict=True)
        ]
    if breakdown := entry["breakdown"]:
        by, names = groups.get(breakdown["by"], (breakdown["by"], {}))
        rows = [
            {**row, "label": names.get(row["label"], row["label"])} for row in breakdown["rows"]
        ]
        words["breakdown"] = {"by": by, "columns": labels, "rows": rows}
    return {**entry, **words}


def _shown(number: int, entry: Mapping) -> ShownQuestion:
    return ShownQuestion(
        number=number,
        kind=entry["kind"],
        text=entry["text"],
        answered=entry["answered"],
        mean=entry.get("mean", ""),
        chart=_chart(entry),
        breakdown=_breakdown_chart(entry["breakdown"]),
    )


def _chart(entry: Mapping) -> Chart | GroupedChart | None:
    if "options" in entry:
        return bar_chart(
            entry["text"],
            [Bar(row["label"], row["count"], note=row["note"]) for row in entry["options"]],
            _("People"),
            heading=_("Option"),
            of=entry["answered"],
        )
    if "rows" in entry:
        groups = [Group(row["label"], row["counts"]) for row in entry["rows"]]
        return grouped_chart(entry["text"], entry["columns"], groups, heading=_("Item"))
    return None


def _breakdown_chart(breakdown: Mapping | None) -> GroupedChart | None:
    if breakdown is None:
        return None
    groups = [Group(row["label"] or _("Not stated"), row["counts"]) for row in breakdown["rows"]]
    title = _("By “%(question)s”") % {"question": breakdown["by"]}
    return grouped_chart(title, breakdown["columns"], groups, heading=_("Group"))
