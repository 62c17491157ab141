"""
What texts are compared by: pairs and triples of Chinese characters, word stems and pairs of
stems of other scripts, as numbers.

No dictionary takes part: names of places and persons, which tell one matter from another, are in
no dictionary, and a misspelt word keeps most of its pairs. Everything is done for many texts at
once on arrays, which is some thirty times as fast as a loop over words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..vocabulary import SYNONYM_GROUPS
from .background import COMMON_WORDS, SAME_MEANING
from .letters import CHINESE, SPACE, WORD, Letters, read_letters

STEM = 5
_FIRST, _SECOND, _THIRD = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0x165667B19E3779F9),
)
_ROOT = 0x100000001B3


@dataclass(frozen=True)
class Counted:
    """
    How often what occurs: arrays of one length, sorted by text and feature. `texts` from 0,
    `features` (uint64, the whole hash), `counts`.
    """

    texts: np.ndarray
    features: np.ndarray
    counts: np.ndarray


def count_features(texts: Sequence[str]) -> Counted:
    """The features of each text with their counts."""
    letters = read_letters(texts)
    owners, features = _occurrences(letters)
    features = _with_one_name(features)
    order = np.lexsort((features, owners))
    owners, features = owners[order], features[order]
    first = np.ones(len(features), bool)
    first[1:] = (features[1:] != features[:-1]) | (owners[1:] != owners[:-1])
    starts = np.flatnonzero(first)
    counts = np.diff(np.append(starts, len(features))).astype(np.int32)
    return Counted(owners[starts], features[starts], counts)


def text_keys(texts: Sequence[str]) -> np.ndarray:
    """A number (uint64) for each text, the same for texts of the same letters in the same
    order; 0 for a text of less than two, which says nothing."""
    letters = read_letters(texts)
    kept = (letters.kinds == CHINESE) | (letters.kinds == WORD)
    owners = letters.texts[kept]
    places = np.arange(len(owners), dtype=np.int64)
    starts = np.searchsorted(owners, np.arange(len(texts)))
    places = (places - starts[owners]).astype(np.uint64)
    values = mixed(letters.codes[kept].astype(np.uint64) * _FIRST + places * _SECOND)
    sums = np.concatenate(([np.uint64(0)], np.cumsum(values, dtype=np.uint64)))
    ends = np.searchsorted(owners, np.arange(len(texts)), side="right")
    return np.where(ends - starts > 1, sums[ends] - sums[starts], np.uint64(0))


def mixed(values: np.ndarray) -> np.ndarray:
    """The numbers well spread (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _occurrences(letters: Letters) -> tuple[np.ndarray, np.ndarray]:
    """Text and feature of every occurrence. A unit is a Chinese character or a whole word;
    units stand together when nothing, or between words one space, is between them."""
    kinds = letters.kinds
    chinese, word = kinds == CHINESE, kinds == WORD
    begins = chinese.copy()
    begins[0] |= word[0]
    begins[1:] |= word[1:] & ~word[:-1]
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.int32), np.empty(0, np.uint64)
    is_word = word[starts]
    ends = _ends(word, starts, is_word)
    units = _unit_hashes(letters.codes, starts, np.minimum(ends, starts + STEM), is_word)
    owners = letters.texts[starts]
    touching = starts[1:] == ends[:-1]
    spaced = (starts[1:] == ends[:-1] + 1) & (kinds[ends[:-1]] == SPACE)
    joined = touching | (spaced & is_word[1:] & is_word[:-1])
    pairs = np.flatnonzero(joined)
    triples = np.flatnonzero(joined[1:] & joined[:-1] & ~is_word[1:-1])
    alone = np.flatnonzero(is_word)
    return (
        np.concatenate((owners[alone], owners[pairs], owners[triples])),
        np.concatenate(
            (
                units[alone],
                _gram(units[pairs], units[pairs + 1]),
                _gram(units[triples], units[triples + 1], units[triples + 2]),
            )
        ),
    )


def _ends(word: np.ndarray, starts: np.ndarray, is_word: np.ndarray) -> np.ndarray:
    ends = starts + 1
    stops = np.flatnonzero(~word)  # never empty: there is a break after each text
    ends[is_word] = stops[np.searchsorted(stops, starts[is_word])]
    return ends


def _unit_hashes(codes, starts, ends, is_word) -> np.ndarray:
    """Of words the hash of the letters from start to end, by differences of a running sum."""
    hashes = codes[starts].astype(np.uint64)
    for step in range(1, STEM):
        more = is_word & (starts + step < ends)
        hashes[more] = hashes[more] * np.uint64(_ROOT) + codes[starts[more] + step]
    return mixed(hashes * _FIRST)


def _gram(*units: np.ndarray) -> np.ndarray:
    total = units[0] * _FIRST
    for unit, factor in zip(units[1:], (_SECOND, _THIRD), strict=False):
        total = total + unit * factor
    return mixed(total)


def _with_one_name(features: np.ndarray) -> np.ndarray:
    """Features that are a word with synonyms become that of the first of them."""
    known, names = _one_name()
    places = np.minimum(np.searchsorted(known, features), len(known) - 1)
    return np.where(known[places] == features, names[places], features)


@cache
def _one_name() -> tuple[np.ndarray, np.ndarray]:
    names = {}
    for group in (*SYNONYM_GROUPS, *SAME_MEANING):
        single = [feature for word in group if (feature := _as_one_feature(word))]
        for feature in single[1:]:
            names.setdefault(feature, single[0])
    known = np.array(sorted(names), np.uint64)
    return known, np.array([names[int(feature)] for feature in known], np.uint64)


def _as_one_feature(word: str) -> int | None:
    """The feature that is the whole of a word, if there is one: of two or three characters."""
    _, features = _occurrences(read_letters([word]))
    if len(word) == 2 and len(features) == 1:
        return int(features[0])
    return int(features[-1]) if len(word) == 3 and len(features) == 3 else None


@cache
def common_features() -> tuple[np.ndarray, np.ndarray]:
    """Features of everyday words, sorted, and which share of all texts is taken to hold them."""
    shares: dict[int, float] = {}
    for share, words in COMMON_WORDS.items():
        for feature in _all_features(words):
            shares[feature] = max(share, shares.get(feature, 0))
    known = np.array(sorted(shares), np.uint64)
    return known, np.array([shares[int(feature)] for feature in known])


def _all_features(words: str | Iterable[str]) -> list[int]:
    words = words.split()
    return [int(feature) for feature in np.unique(count_features(words).features)]
