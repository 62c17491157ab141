"""Texts as arrays of normalised letters, many texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..normal import CHINESE_RANGES, normalise

BREAK, CHINESE, WORD, SPACE, UNSEEN = range(5)
_LAST = CHINESE_RANGES[-1][1]


@dataclass(frozen=True)
class Letters:
    """
    The letters of several texts in one row, a break after each text. Arrays of one length:
    `codes` (uint32, code points in normal form), `kinds` (BREAK, CHINESE, WORD or SPACE),
    `texts` (which text, from 0).
    """

    codes: np.ndarray
    kinds: np.ndarray
    texts: np.ndarray


def read_letters(texts: Sequence[str]) -> Letters:
    """The letters of the texts. Any string will do."""
    codes = code_points("\n".join(texts) + "\n")
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    normal, kinds = letter_tables()
    codes = np.minimum(codes, _LAST + 1)
    kinds = kinds[codes]
    seen = kinds != UNSEEN
    return Letters(normal[codes[seen]], kinds[seen], owners[seen])


def code_points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def letter_tables() -> tuple[np.ndarray, np.ndarray]:
    """
    Code point -> its normal form, and its kind. Made from `normal.normalise`, character by
    character; what becomes several characters (㎡) is a break. The last place is for all beyond.
    """
    normal = np.arange(_LAST + 2, dtype=np.uint32)
    kinds = np.full(_LAST + 2, BREAK, np.uint8)
    for point in (*range(0x10000), *range(0x20000, _LAST + 1)):
        letter = normalise(chr(point))
        if len(letter) > 1 and not letter.isspace():
            continue
        kinds[point] = _kind(letter)
        if letter:
            normal[point] = ord(letter[0])
    for mark in range(0x300, 0x370):
        kinds[mark] = UNSEEN
    return normal, kinds


def _kind(letter: str) -> int:
    if not letter:
        return UNSEEN
    point = ord(letter[0])
    if any(first <= point <= last for first, last in CHINESE_RANGES):
        return CHINESE
    if letter.isalnum():
        return WORD
    return SPACE if letter.isspace() and letter != "\n" else BREAK
