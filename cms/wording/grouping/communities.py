"""Texts that are near each other, gathered: first coarsely, then strictly by average linkage."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Leiden

# What takes part in gathering at all, and what the members of a group have in common on average.
NEAR = 0.12
TOGETHER = 0.2
# Two sets of so many and more are kept apart unless their similarity is this share of their own.
LIKE_EACH_OTHER = 0.6
FEW_TO_JUDGE = 3
LARGEST_COMPARED = 1500
FINEST = 1000


def cores(
    matrix: csr_matrix, near: csr_matrix, look: Callable[[int, int], None]
) -> list[np.ndarray]:
    """Sets of two rows or more whose average similarity is high, in order of their first row.
    `near`: a graph of those whose similarity is at least NEAR."""
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
    alike = np.clip((part @ part.T).toarray(), 0, 1)
    across = np.triu_indices(len(rows), 1)
    tree = linkage(1 - alike[across], "average")
    return [rows[places] for places in _branches(tree, len(rows))]


def _branches(tree: np.ndarray, size: int) -> list[np.ndarray]:
    """
    The largest branches of the tree of average linkage that are one matter: what joins is like
    what it joins, and not much less than the members of either are like each other.
    """
    whole: dict[int, list[int]] = {row: [row] for row in range(size)}
    within = dict.fromkeys(range(size), 0.0)  # sum of the similarities of all pairs
    found = []
    for number, (left, right, far, _) in enumerate(tree.tolist()):
        one, other = int(left), int(right)
        ours, theirs = whole.pop(one, None), whole.pop(other, None)
        if ours and theirs and _is_one(1 - far, ours, theirs, within[one], within[other]):
            whole[size + number] = sorted(ours + theirs)
            within[size + number] = (
                within[one] + within[other] + (1 - far) * len(ours) * len(theirs)
            )
        else:
            found += [branch for branch in (ours, theirs) if branch and len(branch) > 1]
    found += [branch for branch in whole.values() if len(branch) > 1]
    return [np.array(branch) for branch in found]


def _is_one(alike: float, ours, theirs, within_ours: float, within_theirs: float) -> bool:
    if alike < TOGETHER:
        return False
    if min(len(ours), len(theirs)) < FEW_TO_JUDGE:
        return True
    own = (
        2 * total / (len(rows) * (len(rows) - 1))
        for rows, total in ((ours, within_ours), (theirs, within_theirs))
    )
    return alike >= LIKE_EACH_OTHER * min(own)
