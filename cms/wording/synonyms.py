"""Ways of saying the same thing."""

import re
from collections.abc import Iterable
from functools import cache

from .normal import normalise
from .vocabulary import SYNONYM_GROUPS


class Synonyms:
    """
    A table of groups of words that stand for one another. Never changes once made: to change
    the groups, make another.

    `groups`: an iterable of groups, a group an iterable of words in any form (they are
    normalised; empty words are passed over). A word may be in several groups.
    """

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[str, tuple[str, ...]] = {}
        for group in groups:
            words = [word for word in (normalise(word).strip() for word in group) if word]
            for word in words:
                others = self._others.get(word, ())
                self._others[word] = tuple(
                    dict.fromkeys((*others, *(other for other in words if other != word)))
                )
        longest_first = sorted(self._others, key=len, reverse=True)
        self._known = re.compile(f"({'|'.join(map(re.escape, longest_first))})")

    def of(self, word: str) -> tuple[str, ...]:
        """The other ways of saying a word (in normal form), in the order given. () for none."""
        return self._others.get(word, ())

    def split(self, run: str) -> list[str]:
        """
        A run (in normal form) cut before and after every word of the table, the longest first:
        增设电梯补助款 gives ["增设电梯", "补助", "款"]. The pieces joined are the run.
        """
        if not self._others:
            return [run]
        return [piece for piece in self._known.split(run) if piece]

    def __contains__(self, word: str) -> bool:
        return word in self._others


@cache
def town_synonyms() -> Synonyms:
    """The groups of `vocabulary`."""
    return Synonyms(SYNONYM_GROUPS)
