"""Counting answers, and withholding what would tell of single people. Pure.

Source: rulebook O10; the smallest group shown is ten, as the plan of the platform has it. Whoever
may subtract what is shown from what else is shown must not learn about fewer than that either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .enums import Kind
from .questionnaire import Question
from .rules import Answers, chosen

SMALLEST_GROUP = 10
NOT_STATED = ""


@dataclass
class Tally:
    """How many answered, how often each option was chosen; for a matrix, in each row."""

    answered: int = 0
    counts: Counter = field(default_factory=Counter)
    rows: dict[str, Counter] = field(default_factory=dict)

    def add(self, question: Question, answer) -> None:
        if not answer:
            return
        self.answered += 1
        if question.kind == Kind.MATRIX:
            for row, column in answer.items():
                self.rows.setdefault(row, Counter())[column] += 1
        elif not question.is_text:
            self.counts.update(chosen(answer))

    def mean(self) -> float | None:
        """Of a scale; None while nobody has answered."""
        points = sum(int(key) * count for key, count in self.counts.items())
        return points / self.answered if self.answered else None


def tally(questions: Iterable[Question], given: Iterable[Answers]) -> dict[str, Tally]:
    """Key of the question → how it was answered. One pass over the answers."""
    tallies = {question.key: (question, Tally()) for question in questions}
    for answers in given:
        for key, (question, counted) in tallies.items():
            counted.add(question, answers.get(key))
    return {key: counted for key, (_question, counted) in tallies.items()}


def cross(question: Question, by: Question, given: Iterable[Answers]) -> dict[str, Tally]:
    """The same question within each group of another one: key of the group's option → tally.

    Every group that has a member is there; those who named none are under `NOT_STATED`, if any.
    """
    groups: dict[str, Tally] = {}
    for answers in given:
        group = next(iter(chosen(answers.get(by.key))), NOT_STATED)
        if group == NOT_STATED and not answers.get(question.key):
            continue
        groups.setdefault(group, Tally()).add(question, answers.get(question.key))
    return groups


def withheld_groups(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which groups are not shown when the sum over all groups is known.

    All of fewer than ten; and where these could be had by subtracting the others from the sum,
    the next smallest as well, until at least two groups of together at least ten are withheld.
    """
    withheld = {group for group, size in sizes.items() if size < SMALLEST_GROUP}
    others = sorted(set(sizes) - withheld, key=lambda group: (sizes[group], group))
    while withheld and others and _can_be_had(withheld, sizes):
        withheld.add(others.pop(0))
    return frozenset(withheld)


def _can_be_had(withheld: set[str], sizes: Mapping[str, int]) -> bool:
    return len(withheld) < 2 or sum(sizes[group] for group in withheld) < SMALLEST_GROUP
