"""What a grouping says. Rows are places in the list of texts that was given, from 0."""

from dataclasses import dataclass, field


class GroupingStopped(Exception):
    """``should_stop`` said so. What was reached is in the working folder, if there is one."""


@dataclass(frozen=True)
class TextGroup:
    """
    Texts that say the same. `label`: words out of one of them; `phrases`: what they share and
    others do not, in normal form, the most telling first; `members`: rows in order; `copies`:
    those of them that are (nearly) the same text, as classes of two rows or more.
    """

    label: str
    phrases: list[str]
    members: list[int]
    copies: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True)
class Grouping:
    """Groups, the largest first; every row is in one group or in `ungrouped`. `copies`: all
    classes of (nearly) the same text, grouped or not."""

    groups: list[TextGroup]
    ungrouped: list[int]
    copies: list[list[int]] = field(default_factory=list)
