"""How much each feature of a text tells: rare ones much, everyday ones little."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from .features import Counted, common_features

# Of so many features of a text no more are left out than LET_GO, up to those of a long one: its
# matter may be no larger than that of a short one, and must not be what is left out.
MOST_FEATURES, MOST_OF_A_BOOK, LET_GO = 320, 480, 300
# Of a long text those are kept that may be a matter of several: what two or three texts share is
# most often chance, though it is rarest.
A_MATTER = 10
# What is in so few texts is little of a matter and much of chance; how few these are grows with
# the collection, slowly. Else the rarest words, which every text has, would outweigh a matter
# the more, the more texts are about it.
FEW_AT_LEAST, FEW_GROW = 2, 0.55
# As if so many ordinary texts had been read before, so that in ten texts, too, 您好 is common.
READ_BEFORE = 200
# As if each text held so many more features of its own, such as four texts have in common: two
# short texts are not alike by one word.
UNSAID = 8
# Long texts have much besides their matter. Divided by their whole length they would be like
# nothing, undivided like everything; the right measure is near the latter. Texts of a typical
# number of features are measured alike either way.
LENGTH_COUNTS = 0.35
TYPICAL = 20
# Beyond this a text is as long as it is, or a book would be like everything.
LONG = 500
# The more texts there are, the more are alike by chance; in so many the measure is 1.
MANY = 1000
# The names that tell one matter from the next are rare; this makes them outweigh the many words
# that are only not quite common.
RARITY_COUNTS = 1.8


def places_for(texts: int) -> int:
    """How many numbers features are counted under: enough that few share one."""
    return 1 << int(np.clip(np.ceil(np.log2(texts + 1)) + 8, 18, 24))


def spread_of(counted: Counted, places: int) -> np.ndarray:
    """In how many texts each feature is."""
    return np.bincount(counted.features, minlength=places).astype(np.int32)


def read_before(places: int) -> np.ndarray:
    """In how many of the READ_BEFORE ordinary texts each feature is taken to be."""
    before = np.zeros(places, np.float32)
    for feature, share in common_features(places).items():
        before[feature] = share * READ_BEFORE
    return before


def telling(spread: np.ndarray, texts: int) -> np.ndarray:
    """
    The weight of each feature (float32) from the number of texts it is in: the rarer the more,
    but little when in very few, who are no matter.
    """
    before = read_before(len(spread))
    return _weight(spread, spread + before, texts).astype(np.float32)


def _few(texts: int) -> float:
    return max(FEW_AT_LEAST, FEW_GROW * texts**0.25)


def _weight(spread, known_spread, texts: int):
    rarity = np.log((texts + READ_BEFORE + 1) / (known_spread + 1))
    return np.maximum(rarity, 0) ** RARITY_COUNTS * (spread / (spread + _few(texts)))


def _norms(squares: np.ndarray, texts: int) -> np.ndarray:
    """What the rows are divided by, from the sums of their squares."""
    typical = 2 * _few(texts)
    unit = _weight(typical, typical, texts) ** 2
    chance = np.clip(np.log(texts + 1) / np.log(MANY), 0.5, 1.1)
    length = (squares + UNSAID * unit) ** LENGTH_COUNTS * (TYPICAL * unit) ** (1 - LENGTH_COUNTS)
    beyond = np.maximum(squares / (LONG * unit), 1) ** (1 - LENGTH_COUNTS)
    return np.sqrt(length * beyond * chance)


@dataclass(frozen=True)
class Weighed:
    """Rows of a sparse matrix: how many entries each has, and the entries."""

    lengths: np.ndarray
    features: np.ndarray
    values: np.ndarray


def weigh(
    counted: Counted, spread: np.ndarray, weights: np.ndarray, size: int, texts: int
) -> Weighed:
    """
    The most telling features of each of `size` texts (of `texts` altogether). Left out are
    those of no other text: they are like nothing, but they count in the length, so that two
    texts with one word in common and much else are not alike.
    """
    values = weights[counted.features] * (1 + np.log(counted.counts)).astype(np.float32)
    squares = np.bincount(counted.texts, values.astype(np.float64) ** 2, size)
    norms = _norms(squares, texts)
    kept = np.flatnonzero((values > 0) & (spread[counted.features] > 1))
    shared = spread[counted.features[kept]]
    kept = kept[_highest(counted.texts[kept], values[kept] * (shared / (shared + A_MATTER)), size)]
    owners, features = counted.texts[kept], counted.features[kept]
    lengths = np.bincount(owners, minlength=size)
    return Weighed(lengths, features, (values[kept] / norms[owners]).astype(np.float32))


def _highest(owners: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Places of the highest values of each owner, so many as are kept; of equal ones the first."""
    lengths = np.bincount(owners, minlength=size)
    most = np.clip(lengths - LET_GO, MOST_FEATURES, MOST_OF_A_BOOK)
    kept = (lengths <= most)[owners]
    asked = np.flatnonzero(~kept)
    if not len(asked):
        return np.flatnonzero(kept)
    # One number for owner and value, the highest value first: positive floats sort as their bits.
    bits = values[asked].astype(np.float32).view(np.uint32)
    keys = (owners[asked].astype(np.uint64) << np.uint64(32)) | (~bits).astype(np.uint64)
    last = np.zeros(size, np.uint64)
    long_ones = np.flatnonzero(lengths > most)
    begins = np.cumsum(lengths[long_ones]) - lengths[long_ones]
    last[long_ones] = np.sort(keys)[begins + most[long_ones] - 1]
    last = last[owners[asked]]
    kept[asked] = keys < last
    room = most - np.bincount(owners, kept, size).astype(int)
    equal = asked[keys == last]
    number = np.arange(len(equal)) - np.searchsorted(owners[equal], owners[equal])
    kept[equal[number < room[owners[equal]]]] = True
    return np.flatnonzero(kept)


def as_matrix(parts: list[Weighed], weights: np.ndarray) -> csr_matrix:
    """Texts × the features that are used. Takes the parts away, which are as large as all."""
    used = np.zeros(len(weights), bool)
    for part in parts:
        used[part.features] = True
    number = np.cumsum(used, dtype=np.int32) - 1
    lengths = np.concatenate([part.lengths for part in parts])
    pointers = np.concatenate(([0], np.cumsum(lengths)))
    columns, values = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.float32)
    end = pointers[-1]
    while parts:
        part = parts.pop()
        start = end - len(part.features)
        columns[start:end], values[start:end] = number[part.features], part.values
        end = start
    shape = (len(lengths), int(used.sum()))
    matrix = csr_matrix((values, columns, pointers), shape=shape)
    matrix.sort_indices()
    return matrix
