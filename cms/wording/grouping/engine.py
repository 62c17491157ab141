"""From texts to groups, stage by stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from .communities import NEAR, cores
from .copies import copy_classes, signatures
from .features import count_features, text_keys
from .naming import MOST_READ, Commonness, name
from .neighbours import BLOCK, graph, nearest, postings, similarities
from .refinement import as_sets, refined
from .results import Grouping, TextGroup
from .stages import Shelf, Watch
from .weights import as_matrix, places_for, spread_of, telling, weigh

CHUNK = 4096
BLOCKS_KEPT_TOGETHER = 64


def group_texts(
    texts: Sequence[str],
    *,
    least: int = 3,
    progress: Callable[[str, int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    workdir: Path | str | None = None,
) -> Grouping:
    """
    The texts that say the same, found by the words they share. The same for any order of the
    texts, and every time.

    `least`: texts in a group. `progress(stage, done, total)` is called while it runs,
    `should_stop()` asked as often; when it says yes, GroupingStopped is raised. In `workdir`
    stages are kept, so that the same call goes on where it was; delete it afterwards.
    """
    run = _Run(texts, least, Watch(progress, should_stop), Shelf(workdir, texts, least))
    return run.grouping()


@dataclass(frozen=True)
class _Run:
    texts: Sequence[str]
    least: int
    watch: Watch
    shelf: Shelf

    def grouping(self) -> Grouping:
        """
        Identical texts are one from the start, copies of each other soon: each class of them
        is one row, with the number of its texts as weight, whatever their order was.
        """
        class_of, spread = self._classes()
        rows = _representatives(class_of, self.texts)
        weights = np.bincount(class_of[class_of >= 0], minlength=len(rows))
        kept = [self.texts[row] for row in rows]
        names = np.full(len(rows), -1)
        matrix = csr_matrix((0, 0), dtype=np.float32)
        if rows:
            matrix = self._matrix(kept, spread)
            names = self._sets(matrix, weights)
        return self._told(kept, class_of, names, matrix, Commonness(spread, len(rows)))

    def _classes(self) -> tuple[np.ndarray, np.ndarray]:
        """For each text the class of copies it is in, or -1; and the spread of features."""
        found = self.shelf.kept("classes", self._find_classes)
        return found["class_of"], found["spread"]

    def _find_classes(self) -> dict[str, np.ndarray]:
        parts = _chunks(self.texts)
        keys = np.concatenate(
            [np.empty(0, np.uint64), *self.watch.each("reading", text_keys, parts)]
        )
        distinct, place = np.unique(keys, return_inverse=True)
        class_of = place - (1 if len(distinct) and distinct[0] == 0 else 0)
        kept = [self.texts[row] for row in _representatives(class_of, self.texts)]
        places = places_for(len(kept))

        def read(part):
            counted = count_features(part, places)
            return signatures(counted, len(part)), spread_of(counted, places)

        signs, spread = [], np.zeros(places, np.int32)
        for found, counts in self.watch.each("comparing", read, _chunks(kept)):
            signs.append(found)
            spread += counts
        if not kept:
            return {"class_of": class_of, "spread": spread}
        copies = copy_classes(kept, np.concatenate(signs), partial(self.watch.look, "copies"))
        first = np.unique(copies, return_index=True)[1]
        for part in _chunks([kept[row] for row in np.setdiff1d(np.arange(len(kept)), first)]):
            spread -= spread_of(count_features(part, places), places)
        return {"class_of": np.where(class_of >= 0, copies[class_of], -1), "spread": spread}

    def _matrix(self, kept: list[str], spread: np.ndarray) -> csr_matrix:
        """Texts × features."""
        found = self.shelf.kept("matrix", lambda: self._weigh(kept, spread))
        values = (found["data"], found["indices"], found["indptr"])
        return csr_matrix(values, shape=tuple(found["shape"]))

    def _weigh(self, kept: list[str], spread: np.ndarray) -> dict[str, np.ndarray]:
        weights = telling(spread, len(kept))

        def read(part):
            return weigh(count_features(part, len(spread)), spread, weights, len(part), len(kept))

        matrix = as_matrix(list(self.watch.each("weighing", read, _chunks(kept))), weights)
        return {
            "data": matrix.data,
            "indices": matrix.indices,
            "indptr": matrix.indptr,
            "shape": np.array(matrix.shape),
        }

    def _sets(self, matrix: csr_matrix, weights: np.ndarray) -> np.ndarray:
        found = self.shelf.kept("sets", lambda: {"names": self._gather(matrix, weights)})
        return found["names"]

    def _gather(self, matrix: csr_matrix, weights: np.ndarray) -> np.ndarray:
        near = self._near(matrix)
        found = cores(matrix, near, partial(self.watch.look, "gathering"))
        sets = as_sets(found, matrix.shape[0])
        each = partial(self.watch.each, "refining")
        return refined(matrix, sets, weights, self.least, each).names

    def _near(self, matrix: csr_matrix) -> csr_matrix:
        posted = postings(matrix)
        size = matrix.shape[0]
        step = BLOCK * BLOCKS_KEPT_TOGETHER

        def look_up(start: int):
            pairs = nearest(matrix, posted, start, min(start + BLOCK, size))
            values = similarities(matrix, *pairs)
            near = values >= NEAR
            return pairs[0][near], pairs[1][near], values[near]

        def make(start: int):
            starts = range(start, min(start + step, size), BLOCK)
            found = list(zip(*self.watch.each("neighbours", look_up, starts), strict=True))
            names = ("rows", "others", "values")
            return {n: np.concatenate(f) for n, f in zip(names, found, strict=True)}

        parts = [
            self.shelf.kept(f"neighbours-{start}", lambda start=start: make(start))
            for start in range(0, size, step)
        ]
        joined = (
            np.concatenate([part[n] for part in parts]) for n in ("rows", "others", "values")
        )
        return graph(*joined, size)

    def _told(self, kept, class_of, names, matrix, common) -> Grouping:
        groups, of_class = [], _rows_by(class_of)
        count = int(names.max(initial=-1)) + 1
        for done, rows in enumerate(_rows_by(names)):
            self.watch.look("naming", done, count)
            label, phrases = name(_typical(kept, rows, matrix), common)
            copies = [of_class[row].tolist() for row in rows]
            members = sorted(member for copy in copies for member in copy)
            copies = sorted(copy for copy in copies if len(copy) > 1)
            groups.append(TextGroup(label, phrases, members, copies))
        groups.sort(key=lambda group: (-len(group.members), group.label, group.members))
        grouped = np.full(len(class_of), -1)
        if len(names):
            grouped = np.where(class_of >= 0, names[class_of], -1)
        every = sorted(rows.tolist() for rows in of_class if len(rows) > 1)
        return Grouping(groups, np.flatnonzero(grouped < 0).tolist(), every)


def _chunks(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]


def _rows_by(names: np.ndarray) -> list[np.ndarray]:
    """Of each name from 0 the rows that have it, in order."""
    order = np.argsort(names, kind="stable")
    order = order[np.searchsorted(names[order], 0) :]
    counts = np.bincount(names[order]) if len(order) else []
    return np.split(order, np.cumsum(counts)[:-1]) if len(order) else []


def _representatives(class_of: np.ndarray, texts: Sequence[str]) -> list[int]:
    """Of each class the row whose text comes first among its own."""
    return [
        int(rows[0]) if len(rows) == 1 else min(rows.tolist(), key=lambda row: texts[row])
        for rows in _rows_by(class_of)
    ]


def _typical(texts: Sequence[str], rows: np.ndarray, matrix: csr_matrix) -> list[str]:
    """Texts of a set, those first that are most like the others."""
    if len(rows) > MOST_READ:
        part = matrix[rows]
        likeness = np.asarray(part @ np.asarray(part.sum(axis=0)).ravel())
        rows = rows[np.lexsort((rows, -likeness))][:MOST_READ]
    return [texts[row] for row in rows]
