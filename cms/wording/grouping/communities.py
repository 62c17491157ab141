"""Texts that are near each other, gathered: first coarsely, then strictly by average linkage."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Leiden

# What takes part in gathering at all, and what the members of a group have in common on average.
NEAR = 0.11
TOGETHER = 0.15
LARGEST_COMPARED = 1500
FINEST = 1000


def cores(
    matrix: csr_matrix, near: csr_matrix, look: Callable[[int, int], None]
) -> list[np.ndarray]:
    """Sets of two rows or more whose average similarity is high, in order of their first row."""
    near = near.multiply(near >= NEAR).tocsr()
    near.eliminate_zeros()
    found = []
    done = 0
    for rows in _gatherings(near, np.arange(near.shape[0]), 1.0):
        found += _close_sets(matrix, rows)
        done += len(rows)
        look(done, near.shape[0])
    return sorted(found, key=lambda rows: rows[0])


def _gatherings(near: csr_matrix, rows: np.ndarray, resolution: float) -> Iterator[np.ndarray]:
    """Parts of the graph small enough to compare all with all."""
    count, names = connected_components(near, directed=False)
    for part in _parts(names, count):
        if len(part) <= LARGEST_COMPARED:
            if len(part) > 1:
                yield rows[part]
        elif resolution > FINEST:
            for start in range(0, len(part), LARGEST_COMPARED):
                yield rows[part[start : start + LARGEST_COMPARED]]
        else:
            inner = near[part][:, part].tocsr()
            split = Leiden(resolution, random_state=0).fit_predict(inner)
            inner = _without_bridges(inner, split)
            yield from _gatherings(inner, rows[part], resolution * 4)


def _without_bridges(near: csr_matrix, names: np.ndarray) -> csr_matrix:
    pairs = near.tocoo()
    inside = names[pairs.row] == names[pairs.col]
    values = (pairs.data[inside], (pairs.row[inside], pairs.col[inside]))
    return csr_matrix(values, shape=near.shape)


def _parts(names: np.ndarray, count: int) -> list[np.ndarray]:
    order = np.argsort(names, kind="stable")
    return np.split(order, np.cumsum(np.bincount(names, minlength=count))[:-1])


def _close_sets(matrix: csr_matrix, rows: np.ndarray) -> list[np.ndarray]:
    part = matrix[rows]
    far = 1 - (part @ part.T).toarray()
    across = np.triu_indices(len(rows), 1)
    tree = linkage(np.maximum(far[across], 0), "average")
    names = fcluster(tree, 1 - TOGETHER, "distance") - 1
    return [rows[places] for places in _parts(names, names.max() + 1) if len(places) > 1]
