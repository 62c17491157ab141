"""How much each feature of a text tells: rare ones much, everyday ones little."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from .features import Counted, common_features

MOST_FEATURES = 160
# As if so many ordinary texts had been read before, so that in ten texts, too, 您好 is common.
READ_BEFORE = 200
# As if each text held so many more features of its own, such as four texts have in common: two
# short texts are not alike by one word.
UNSAID = 8
# The names that tell one matter from the next are rare; this makes them outweigh the many words
# that are only not quite common.
RARITY_COUNTS = 1.6


def places_for(texts: int) -> int:
    """How many numbers features are counted under: enough that few share one."""
    return 1 << int(np.clip(np.ceil(np.log2(texts + 1)) + 8, 18, 24))


def folded(features: np.ndarray, places: int) -> np.ndarray:
    return (features & np.uint64(places - 1)).astype(np.int64)


def spread_of(counted: Counted, places: int) -> np.ndarray:
    """In how many texts each (folded) feature is."""
    return np.bincount(folded(counted.features, places), minlength=places).astype(np.int32)


def read_before(places: int) -> np.ndarray:
    """In how many of the READ_BEFORE ordinary texts each (folded) feature is taken to be."""
    known, shares = common_features()
    before = np.zeros(places, np.float32)
    np.maximum.at(before, folded(known, places), (shares * READ_BEFORE).astype(np.float32))
    return before


def telling(spread: np.ndarray, texts: int) -> np.ndarray:
    """
    The weight of each feature (float32) from the number of texts it is in: the rarer the more,
    but little when in one, two or three, who are too few to be a matter.
    """
    before = read_before(len(spread))
    return _weight(spread, spread + before, texts).astype(np.float32)


def _weight(spread, known_spread, texts: int):
    rarity = np.log((texts + READ_BEFORE + 1) / (known_spread + 1))
    return np.maximum(rarity, 0) ** RARITY_COUNTS * (spread / (spread + 2))


def unsaid(texts: int) -> float:
    """What each text is taken to hold besides, as a square of weights."""
    return float(UNSAID * _weight(4, 4, texts) ** 2)


@dataclass(frozen=True)
class Weighed:
    """Rows of a sparse matrix: how many entries each has, and the entries."""

    lengths: np.ndarray
    features: np.ndarray
    values: np.ndarray


def weigh(
    counted: Counted, spread: np.ndarray, weights: np.ndarray, size: int, besides: float
) -> Weighed:
    """
    The most telling features of each of `size` texts. Each row would be of length 1 with all its
    features and what it holds `besides`; left out are those of no other text: they are like
    nothing, but they count, so that two texts with one word in common and much else are not
    alike.
    """
    features = folded(counted.features, len(weights)).astype(np.int32)
    values = weights[features] * (1 + np.log(counted.counts)).astype(np.float32)
    norms = np.sqrt(np.bincount(counted.texts, values.astype(np.float64) ** 2, size) + besides)
    kept = (values > 0) & (spread[features] > 1)
    owners, features, values = counted.texts[kept], features[kept], values[kept]
    order = np.lexsort((features, -values, owners))
    owners, features, values = owners[order], features[order], values[order]
    starts = np.searchsorted(owners, np.arange(size))
    kept = np.arange(len(owners)) - starts[owners] < MOST_FEATURES
    owners, features, values = owners[kept], features[kept], values[kept]
    lengths = np.bincount(owners, minlength=size)
    return Weighed(lengths, features, (values / norms[owners]).astype(np.float32))


def as_matrix(parts: list[Weighed], weights: np.ndarray) -> tuple[csr_matrix, np.ndarray]:
    """Texts × the features that are used, and which these are."""
    used = np.zeros(len(weights), bool)
    for part in parts:
        used[part.features] = True
    names = np.flatnonzero(used)
    number = np.cumsum(used, dtype=np.int32) - 1
    lengths = np.concatenate([part.lengths for part in parts])
    pointers = np.concatenate(([0], np.cumsum(lengths)))
    columns = np.concatenate([number[part.features] for part in parts])
    values = np.concatenate([part.values for part in parts])
    shape = (len(lengths), len(names))
    matrix = csr_matrix((values, columns.astype(np.int32), pointers), shape=shape)
    matrix.sort_indices()
    return matrix, names
