"""Texts that are one text: a letter sent by many, with a name or a sentence changed."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from rapidfuzz.distance import Indel

from ..normal import runs
from .features import Counted, mixed

BANDS, ROWS = 10, 3
PLACES = BANDS * ROWS
EMPTY = np.uint32(0xFFFFFFFF)
# Below so many letters a changed word is a changed matter: 希望增加停车位, 希望增加公交车.
SHORTEST_COPY = 24
ALIKE = 0.8
LONGEST_COMPARED = 4000
LOOK_EVERY = 2000


def signatures(counted: Counted, size: int) -> np.ndarray:
    """
    Of each text the smallest hash of its features in each of 30 places (uint32, size × 30):
    texts that share most features agree in most places.
    """
    spread = mixed(
        (counted.features.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    )
    places = spread % np.uint64(PLACES)
    slots = counted.texts.astype(np.uint64) * np.uint64(PLACES) + places
    order = np.sort((slots << np.uint64(32)) | (spread >> np.uint64(32)))
    slots = (order >> np.uint64(32)).astype(np.int64)
    first = np.ones(len(slots), bool)
    first[1:] = slots[1:] != slots[:-1]
    found = np.full(size * PLACES, EMPTY, np.uint32)
    found[slots[first]] = (order[first] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return found.reshape(size, PLACES)


def copy_classes(
    texts: Sequence[str], signs: np.ndarray, look: Callable[[int, int], None]
) -> np.ndarray:
    """
    A number for each text (0…), the same for copies of each other: whatever a chain of copies
    joins. Depends on the order only in how the classes are numbered, by their first text.
    """
    pairs = np.unique(np.concatenate(list(_candidates(signs))), axis=0)
    classes = _Classes(len(texts))
    bare: dict[int, str] = {}
    for done, (one, other) in enumerate(pairs.tolist()):
        if done % LOOK_EVERY == 0:
            look(done, len(pairs))
        if classes.of(one) != classes.of(other) and _are_copies(
            _bare(texts, one, bare), _bare(texts, other, bare)
        ):
            classes.join(one, other)
    return np.unique([classes.of(row) for row in range(len(texts))], return_inverse=True)[1]


class _Classes:
    """Which texts are joined; a class is known by its first text."""

    def __init__(self, size: int):
        self.first = list(range(size))

    def of(self, row: int) -> int:
        while self.first[row] != row:
            self.first[row] = self.first[self.first[row]]
            row = self.first[row]
        return row

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.of(one), self.of(other)))
        self.first[other] = one


def _candidates(signs: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs that agree in a whole band: each text with the first of its kind and with the
    one before it, so that a thousand copies give two thousand pairs and not half a million."""
    for start in range(0, PLACES, ROWS):
        band = signs[:, start : start + ROWS]
        telling = np.flatnonzero((band != EMPTY).all(axis=1))
        key = mixed(band[telling, 0].astype(np.uint64) << np.uint64(32) | band[telling, 1])
        key = mixed(key ^ band[telling, 2])
        order = np.argsort(key, kind="stable")
        key, rows = key[order], telling[order]
        same = np.flatnonzero(key[1:] == key[:-1]) + 1
        begins = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        first = begins[np.searchsorted(begins, same, side="right") - 1]
        for other in (same - 1, first):
            yield np.stack((rows[other], rows[same]), axis=1)


def _bare(texts: Sequence[str], row: int, known: dict[int, str]) -> str:
    if row not in known:
        known[row] = "".join(runs(texts[row][:LONGEST_COMPARED]))
    return known[row]


def _are_copies(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST_COPY or shorter < ALIKE * longer * 0.8:
        return False
    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE) >= ALIKE
