"""
What texts are compared by: pairs and triples of Chinese characters, word stems and pairs of
stems of other scripts, as numbers.

No dictionary takes part: names of places and persons, which tell one matter from another, are in
no dictionary, and a misspelt word keeps most of its pairs. Everything is done for many texts at
once on arrays, which is some thirty times as fast as a loop over words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..vocabulary import SYNONYM_GROUPS
from .background import COMMON_WORDS, EMPTY_LETTERS, EMPTY_WORDS, SAME_MEANING
from .letters import CHINESE, SPACE, WORD, Letters, code_points, letter_tables, read_letters

STEM = 6
# A word of another script is one feature where a Chinese one is several.
WORD_COUNTS = 3
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
    `features` (numbers below the number of places), `counts`.
    """

    texts: np.ndarray
    features: np.ndarray
    counts: np.ndarray


def count_features(texts: Sequence[str], places: int) -> Counted:
    """The features of each text with their counts. `places`: a power of two, at most 2³²; what
    falls on the same place is taken for the same."""
    owners, features = _occurrences(read_letters(texts))
    keys = _with_one_name(features) & np.uint64(places - 1)
    keys |= owners.astype(np.uint64) << np.uint64(32)
    keys.sort()
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
    counts = np.diff(np.append(starts, len(keys))).astype(np.int32)
    keys = keys[starts]
    features = (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)
    return Counted((keys >> np.uint64(32)).astype(np.int32), features, counts)


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


class Known:
    """A few hashes, to be found among very many: most are ruled out by one look at a table."""

    def __init__(self, hashes: list[int]):
        self.hashes = np.array(hashes, np.uint64)
        self.table = np.zeros(1 << 16, bool)
        self.table[self.hashes & np.uint64(0xFFFF)] = True

    def places_in(self, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where in an array one of them is, and which."""
        maybe = np.flatnonzero(self.table[hashes & np.uint64(0xFFFF)])
        which = np.searchsorted(self.hashes, hashes[maybe])
        which = np.minimum(which, len(self.hashes) - 1)
        sure = self.hashes[which] == hashes[maybe]
        return maybe[sure], which[sure]


@dataclass(frozen=True)
class _Units:
    """
    Chinese characters and whole words, in order: `hashes`, `owners` (which text), `words`
    (whether it is a word), `joined` (whether it stands with the one before: nothing, or
    between words one space, is between them).
    """

    hashes: np.ndarray
    owners: np.ndarray
    words: np.ndarray
    joined: np.ndarray


def _occurrences(letters: Letters) -> tuple[np.ndarray, np.ndarray]:
    """Text and feature of every occurrence; nothing with or across an empty word."""
    units = _units(letters)
    if not len(units.hashes):
        return np.empty(0, np.int32), np.empty(0, np.uint64)
    hashes, pairs = units.hashes, np.flatnonzero(units.joined[1:])
    pair_hashes = _gram(hashes[pairs], hashes[pairs + 1])
    empty = np.zeros(len(hashes), bool)
    empty[_empty_features().places_in(hashes)[0]] = True
    empty &= units.words
    of_empty = pairs[_empty_features().places_in(pair_hashes)[0]]
    empty[of_empty] = empty[of_empty + 1] = True
    full = ~(empty[pairs] | empty[pairs + 1])
    pairs, pair_hashes = pairs[full], pair_hashes[full]
    triples = pairs[:-1][(pairs[1:] == pairs[:-1] + 1) & ~units.words[pairs[1:]]]
    alone = np.repeat(np.flatnonzero(units.words & ~empty), WORD_COUNTS)
    parts = hashes[triples], hashes[triples + 1], hashes[triples + 2]
    return (
        units.owners[np.concatenate((alone, pairs, triples))],
        np.concatenate((hashes[alone], pair_hashes, _gram(*parts))),
    )


def _units(letters: Letters) -> _Units:
    kinds = letters.kinds
    chinese, word = kinds == CHINESE, kinds == WORD
    begins = chinese & ~_empty_letters()[letters.codes]
    begins[0] |= word[0]
    begins[1:] |= word[1:] & ~word[:-1]
    starts = np.flatnonzero(begins)
    words = word[starts]
    ends = _ends(word, starts, words)
    hashes = _unit_hashes(letters.codes, starts, _stem_ends(letters.codes, starts, ends), words)
    joined = np.zeros(len(starts), bool)
    spaced = (starts[1:] == ends[:-1] + 1) & (kinds[ends[:-1]] == SPACE)
    joined[1:] = (starts[1:] == ends[:-1]) | (spaced & words[1:] & words[:-1])
    return _Units(hashes, letters.texts[starts], words, joined)


def _ends(word: np.ndarray, starts: np.ndarray, words: np.ndarray) -> np.ndarray:
    ends = starts + 1
    stops = np.flatnonzero(~word)  # never empty: there is a break after each text
    ends[words] = stops[np.searchsorted(stops, starts[words])]
    return ends


def _stem_ends(codes: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Where the stem of each word ends, roughly: parks, parked, parking end with park."""
    lengths = ends - starts
    last, before, third = codes[ends - 1], codes[ends - 2], codes[ends - 3]
    cut = np.zeros(len(starts), np.int64)
    cut[(lengths > 4) & (last == ord("e"))] = 1
    cut[(lengths > 3) & (last == ord("s")) & (before != ord("s"))] = 1
    cut[(lengths > 5) & (before == ord("e")) & (last == ord("d"))] = 2
    cut[(lengths > 5) & (before == ord("e")) & (last == ord("s"))] = 2
    is_ing = (third == ord("i")) & (before == ord("n")) & (last == ord("g"))
    cut[(lengths > 6) & is_ing] = 3
    return np.minimum(ends - cut, starts + STEM)


def _unit_hashes(codes, starts, ends, words) -> np.ndarray:
    hashes = codes[starts].astype(np.uint64)
    for step in range(1, STEM):
        more = words & (starts + step < ends)
        hashes[more] = hashes[more] * np.uint64(_ROOT) + codes[starts[more] + step]
    return mixed(hashes * _FIRST)


@cache
def _empty_letters() -> np.ndarray:
    empty = np.zeros(len(letter_tables()[0]), bool)
    empty[code_points(EMPTY_LETTERS)] = True
    return empty


@cache
def _empty_features() -> Known:
    """The hashes of empty words: of one word, or of a pair of characters."""
    found = set()
    for word in EMPTY_WORDS.split():
        units = _units(read_letters([word]))
        if units.words.any():
            found.update(units.hashes.tolist())
        elif len(units.hashes) == 2:
            found.add(int(_gram(units.hashes[:1], units.hashes[1:])[0]))
    return Known(sorted(found))


def _gram(*units: np.ndarray) -> np.ndarray:
    total = units[0] * _FIRST
    for unit, factor in zip(units[1:], (_SECOND, _THIRD), strict=False):
        total = total + unit * factor
    return mixed(total)


def _with_one_name(features: np.ndarray) -> np.ndarray:
    """Features that are a word with synonyms become that of the first of them."""
    known, names = _one_name()
    spots, which = known.places_in(features)
    features[spots] = names[which]
    return features


@cache
def _one_name() -> tuple[Known, np.ndarray]:
    names = {}
    for group in (*SYNONYM_GROUPS, *SAME_MEANING):
        single = [feature for word in group if (feature := _as_one_feature(word))]
        for feature in single[1:]:
            names.setdefault(feature, single[0])
    known = sorted(names)
    return Known(known), np.array([names[feature] for feature in known], np.uint64)


def _as_one_feature(word: str) -> int | None:
    """The feature that is the whole of a word, if there is one: of two or three characters."""
    _, features = _occurrences(read_letters([word]))
    if len(word) == 2 and len(features) == 1:
        return int(features[0])
    return int(features[-1]) if len(word) == 3 and len(features) == 3 else None


@cache
def common_features(places: int) -> dict[int, float]:
    """Features of everyday words, and which share of all texts is taken to hold them."""
    shares: dict[int, float] = {}
    for share, words in COMMON_WORDS.items():
        for feature in count_features(words.split(), places).features.tolist():
            shares[feature] = max(share, shares.get(feature, 0))
    return shares
