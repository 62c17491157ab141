"""The piece of a text that holds the words somebody looked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

BEFORE = 30
LENGTH = 120

_space = re.compile(r"\s+")


@dataclass(frozen=True)
class Piece:
    """A run of the excerpt; ``is_match`` marks the words themselves."""

    text: str
    is_match: bool = False


def excerpt(text: str, words: Iterable[str], length: int = LENGTH) -> list[Piece]:
    """About ``length`` characters around the first of the words, with every word marked.

    Without any of the words in it, the beginning of the text; [] for an empty text. Upper and
    lower case are the same.
    """
    text = _space.sub(" ", text).strip()
    if not text:
        return []
    sought = _pattern(words)
    first = sought.search(text) if sought else None
    start = max(0, first.start() - BEFORE) if first else 0
    cut = text[start : start + length]
    shown = ("…" if start else "") + cut + ("…" if start + length < len(text) else "")
    return _pieces(shown, sought)


def _pattern(words: Iterable[str]) -> re.Pattern | None:
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.I) if longest_first else None


def _pieces(shown: str, sought: re.Pattern | None) -> list[Piece]:
    pieces, at = [], 0
    for found in sought.finditer(shown) if sought else ():
        if found.start() > at:
            pieces.append(Piece(shown[at : found.start()]))
        pieces.append(Piece(found.group(), is_match=True))
        at = found.end()
    return [*pieces, *([Piece(shown[at:])] if at < len(shown) else [])]
