"""A questionnaire as plain data: what its blocks say, what is wrong with them, what they mean.

Pure. A question keeps the id of its block for life; options are numbered from "1" in their order.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .enums import CHOICES, TEXTS, Kind

LEAST_POINTS, MOST_POINTS = 3, 10
MOST_OPTIONS = 40


@dataclass(frozen=True)
class Option:
    key: str
    label: str


@dataclass(frozen=True)
class Condition:
    """A question is shown when an earlier one has one of these answers."""

    question: str
    options: tuple[str, ...]

    def is_met_by(self, chosen: Iterable[str]) -> bool:
        return not set(self.options).isdisjoint(chosen)


@dataclass(frozen=True)
class Question:
    """One part of a questionnaire. `rows` and the two end labels only where the kind has them."""

    key: str
    kind: Kind
    text: str
    help: str = ""
    name: str = ""
    is_required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""
    most: int | None = None
    condition: Condition | None = None

    @property
    def is_asked(self) -> bool:
        return self.kind != Kind.SECTION

    @property
    def is_text(self) -> bool:
        return self.kind in TEXTS

    def label_of(self, key: str) -> str:
        return next((option.label for option in self.options if option.key == key), "")

    def meaning(self) -> tuple:
        """What answers already given depend on: all but the wording."""
        return (
            self.key,
            str(self.kind),
            len(self.options),
            len(self.rows),
            self.most,
            asdict(self.condition) if self.condition else None,
        )


@dataclass(frozen=True)
class Fault:
    """Something that keeps a questionnaire from being put to people. `place` counts from 1."""

    code: str
    place: int
    text: str


def questions_of(stream) -> list[Question]:
    """The questions of a stream of `blocks.QuestionsBlock`, in their order."""
    questions: list[Question] = []
    for block in stream:
        questions.append(_question(block, {q.name: q for q in questions if q.name}))
    return questions


def asked(questions: Iterable[Question]) -> list[Question]:
    """Without the headings."""
    return [question for question in questions if question.is_asked]


def faults_of(stream) -> list[Fault]:
    """What the editor has to mend, block by block."""
    faults, earlier = [], {}
    questions = questions_of(stream)
    if not asked(questions):
        faults.append(Fault("empty", 0, ""))
    for place, (block, question) in enumerate(zip(stream, questions, strict=True), start=1):
        codes = [*_option_faults(question), *_condition_faults(block, question, earlier)]
        if question.name and question.name in earlier:
            codes.append("name_twice")
        faults += [Fault(code, place, question.text) for code in codes]
        if question.name:
            earlier[question.name] = question
    return faults


def changes_of_meaning(before: Iterable[Question], now: Iterable[Question]) -> list[Question]:
    """Questions of `before` that are gone, moved or mean something else `now`; then new ones.

    Headings may change freely. Options that only changed places mean something else.
    """
    old, new = asked(before), asked(now)
    changed = [
        question
        for place, question in enumerate(old)
        if place >= len(new)
        or question.meaning() != new[place].meaning()
        or _was_reordered(question.options, new[place].options)
        or _was_reordered(question.rows, new[place].rows)
    ]
    return changed + new[len(old) :]


def has_other_wording(before: Iterable[Question], now: Iterable[Question]) -> bool:
    return digest(before) != digest(now)


def digest(questions: Iterable[Question]) -> str:
    """SHA-256 over the wording of every question."""
    return hashlib.sha256(json.dumps(as_data(questions), sort_keys=True).encode()).hexdigest()


def as_data(questions: Iterable[Question]) -> list[dict]:
    """As JSON can hold it."""
    return [asdict(question) for question in questions]


def from_data(data: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The inverse of `as_data`, also after it went through JSON."""
    return [
        Question(
            **{
                **entry,
                "kind": Kind(entry["kind"]),
                "options": tuple(Option(**option) for option in entry["options"]),
                "rows": tuple(Option(**row) for row in entry["rows"]),
                "condition": _condition_from(entry["condition"]),
            }
        )
        for entry in data
    ]


def _condition_from(entry: Mapping[str, Any] | None) -> Condition | None:
    return Condition(entry["question"], tuple(entry["options"])) if entry else None


def _question(block, named: Mapping[str, Question]) -> Question:
    kind, value = Kind(block.block_type), block.value
    if kind == Kind.SECTION:
        return Question(block.id or "", kind, value)
    return Question(
        key=block.id or "",
        kind=kind,
        text=value["question"],
        help=value.get("help") or "",
        name=(value.get("name") or "").strip(),
        is_required=bool(value.get("required")),
        options=_options(kind, value),
        rows=numbered(lines(value.get("rows"))),
        low=value.get("low") or "",
        high=value.get("high") or "",
        most=value.get("most") or None,
        condition=_condition(value.get("condition") or {}, named),
    )


def _options(kind: Kind, value) -> tuple[Option, ...]:
    if kind == Kind.SCALE:
        points = int(value.get("points") or 0)
        return tuple(Option(str(point), str(point)) for point in range(1, points + 1))
    return numbered(lines(value.get("options")))


def _condition(value, named: Mapping[str, Question]) -> Condition | None:
    question = named.get((value.get("question") or "").strip())
    if question is None:
        return None
    wanted = set(lines(value.get("answers")))
    return Condition(
        question.key, tuple(option.key for option in question.options if option.label in wanted)
    )


def _option_faults(question: Question) -> list[str]:
    faults = []
    labels = [option.label for option in question.options]
    rows = [row.label for row in question.rows]
    if question.kind in CHOICES | {Kind.MATRIX} and len(labels) < 2:
        faults.append("options_missing")
    if question.kind == Kind.MATRIX and not rows:
        faults.append("rows_missing")
    if len(set(labels)) < len(labels) or len(set(rows)) < len(rows):
        faults.append("options_twice")
    if max(len(labels), len(rows)) > MOST_OPTIONS:
        faults.append("options_too_many")
    if question.most is not None and not 1 <= question.most <= len(labels):
        faults.append("most_impossible")
    return faults


def _condition_faults(block, question: Question, earlier: Mapping[str, Question]) -> list[str]:
    if question.kind == Kind.SECTION:
        return []
    value = block.value.get("condition") or {}
    name, wanted = (value.get("question") or "").strip(), set(lines(value.get("answers")))
    if not name and not wanted:
        return []
    asked_for = earlier.get(name)
    if asked_for is None or asked_for.kind not in CHOICES:
        return ["condition_unknown"]
    if not wanted or wanted - {option.label for option in asked_for.options}:
        return ["condition_answers"]
    return []


def _was_reordered(before: tuple[Option, ...], now: tuple[Option, ...]) -> bool:
    """A label that another place had before: the answers there would change sides."""
    places = {option.label: option.key for option in before}
    return any(places.get(option.label, option.key) != option.key for option in now)


def lines(text: str | None) -> list[str]:
    """What stands on each line; empty lines are nothing."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def numbered(labels: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(str(number), label) for number, label in enumerate(labels, start=1))
