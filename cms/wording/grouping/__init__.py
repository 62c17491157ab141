"""Placeholder until the engine is merged."""

from collections.abc import Sequence
from dataclasses import dataclass, field


class GroupingStopped(Exception):
    pass


@dataclass(frozen=True)
class TextGroup:
    label: str
    phrases: list[str]
    members: list[int]
    copies: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True)
class Grouping:
    groups: list[TextGroup]
    ungrouped: list[int]
    copies: list[list[int]] = field(default_factory=list)


def group_texts(texts: Sequence[str], *, least=3, progress=None, should_stop=None, workdir=None):
    return Grouping([], list(range(len(texts))))


def highlights(text, phrases):
    return [(i, i + len(p)) for p in phrases if (i := text.find(p)) >= 0]
