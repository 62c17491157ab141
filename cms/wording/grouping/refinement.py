"""Groups made exact: merged when they say the same, joined by who was missed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags

# An average over many pairs is further from chance than the similarity of one pair: groups merge
# at so much, and at this share of the lesser of their own.
SETS_LIKE, SETS_LIKE_THEIRS = 0.12, 0.45
# A text joins at so much, and at this share of the group's own similarity; a group holds together.
LIKE, LIKE_ITS_MEMBERS = 0.15, 0.6
# Of a large set only what this share of its members say is asked for.
OF_MANY = 0.04
# A text at this share of what it would have to be may still join, when the group has changed.
NEARLY = 0.6
# A small group is more easily chance.
FEW = 0.42
ROUNDS = 3
BLOCK = 20_000
# So many features are those of one phrase; how much closer its set is to be, if others have it.
PHRASE = 12.0
SHARED_OUT = 0.2

Each = Callable[[Callable, Sequence], Iterator]


@dataclass(frozen=True)
class Sets:
    """Disjoint sets of rows: `names` has for each row the set (from 0), or -1."""

    names: np.ndarray
    count: int

    def membership(self) -> csr_matrix:
        rows = np.flatnonzero(self.names >= 0)
        shape = (self.count, len(self.names))
        return csr_matrix((np.ones(len(rows), np.float32), (self.names[rows], rows)), shape=shape)

    def sizes(self) -> np.ndarray:
        return np.bincount(self.names[self.names >= 0], minlength=self.count)


def as_sets(found: list[np.ndarray], size: int) -> Sets:
    names = np.full(size, -1, np.int64)
    for name, rows in enumerate(found):
        names[rows] = name
    return Sets(names, len(found))


def refined(matrix: csr_matrix, sets: Sets, weights: np.ndarray, least: int, each: Each) -> Sets:
    """
    `weights`: how many texts each row stands for; a set of less than `least` is none.
    `each(work, parts)`: the results of the work for all parts.
    """
    squares = _squares(matrix)
    sets = _with_alone(_kept(sets, _weight(sets, weights) >= least), weights, least)
    asked = np.arange(matrix.shape[0])
    for _ in range(ROUNDS):
        sets = _merged(matrix, sets, squares)
        sets, asked = _assigned(matrix, sets, squares, asked, each)
        sets = _kept(sets, _weight(sets, weights) >= least)
    sets = _kept(sets, _sound(matrix, sets, weights, squares))
    return _with_alone(sets, weights, least)


def _weight(sets: Sets, weights: np.ndarray) -> np.ndarray:
    inside = sets.names >= 0
    return np.bincount(sets.names[inside], weights[inside], sets.count)


def _with_alone(sets: Sets, weights: np.ndarray, least: int) -> Sets:
    """With a set for each row in none that stands for texts enough by itself."""
    alone = np.flatnonzero((sets.names < 0) & (weights >= least))
    names = sets.names.copy()
    names[alone] = sets.count + np.arange(len(alone))
    return Sets(names, sets.count + len(alone))


def _kept(sets: Sets, kept: np.ndarray) -> Sets:
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    names = np.where(sets.names >= 0, number[sets.names], -1) if sets.count else sets.names
    return Sets(names, int(kept.sum()))


def _sums(matrix: csr_matrix, sets: Sets) -> csr_matrix:
    return (sets.membership() @ matrix).tocsr()


def _squares(matrix: csr_matrix) -> np.ndarray:
    squared = csr_matrix((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    return np.asarray(squared.sum(axis=1)).ravel()


def _cohesion(sets: Sets, sums: csr_matrix, squares: np.ndarray) -> np.ndarray:
    """The average similarity of the pairs in each set; 1 for a set of one row."""
    sizes = sets.sizes()
    same = sets.membership() @ squares
    pairs = np.maximum(sizes * (sizes - 1), 1)
    return np.where(sizes > 1, (_squares(sums) - same) / pairs, 1.0)


def _merged(matrix: csr_matrix, sets: Sets, squares: np.ndarray) -> Sets:
    if sets.count < 2:
        return sets
    sums, sizes = _sums(matrix, sets), sets.sizes()
    within = _cohesion(sets, sums, squares)
    means = (diags((1 / sizes).astype(np.float32)) @ sums).tocsr()
    pairs = (means @ means.T).tocoo()
    bar = np.maximum(
        SETS_LIKE, SETS_LIKE_THEIRS * np.minimum(within[pairs.row], within[pairs.col])
    )
    kept = (pairs.row < pairs.col) & (pairs.data >= bar)
    order = np.lexsort((pairs.col[kept], pairs.row[kept], -pairs.data[kept]))
    target = np.arange(sets.count)
    taken = np.zeros(sets.count, bool)
    for one, other in zip(pairs.row[kept][order], pairs.col[kept][order], strict=True):
        if not taken[one] and not taken[other]:  # the next round sees what they have become
            target[other] = one
            taken[one] = taken[other] = True
    names = np.where(sets.names >= 0, target[sets.names], -1)
    return _kept(Sets(names, sets.count), target == np.arange(sets.count))


def _assigned(
    matrix: csr_matrix, sets: Sets, squares: np.ndarray, asked: np.ndarray, each: Each
) -> tuple[Sets, np.ndarray]:
    """
    Every row asked for to the set whose members it is most like on average, if it is enough
    like; and the rows that are so, or nearly: the others will not be in the next round either.
    """
    if not sets.count:
        return sets, asked
    sums, sizes = _sums(matrix, sets), sets.sizes()
    bar = np.maximum(LIKE, LIKE_ITS_MEMBERS * _cohesion(sets, sums, squares))
    bar[sizes == 1] = LIKE_ITS_MEMBERS
    sums, squares = _said_by_several(matrix, sets, sums, squares)
    columns = sums.T.tocsr()

    def nearest(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        part = asked[start : start + BLOCK]
        product = (matrix[part] @ columns).tocsr()
        rows, found = np.repeat(part, np.diff(product.indptr)), product.indices
        own = sets.names[rows] == found
        values = (product.data - own * squares[rows]) / np.maximum(sizes[found] - own, 1)
        near = values >= NEARLY * bar[found]
        rows, found, values = rows[near], found[near], values[near]
        order = np.lexsort((found, -values, values < bar[found], rows))
        rows, found, values = rows[order], found[order], values[order]
        first = np.unique(rows, return_index=True)[1]
        return rows[first], found[first], values[first] >= bar[found[first]]

    alone = np.flatnonzero((sets.names >= 0) & (sizes[sets.names] == 1))
    names, near = np.full(len(sets.names), -1), [alone]
    names[alone] = sets.names[alone]
    for rows, found, like in each(nearest, range(0, len(asked), BLOCK)):
        names[rows[like]] = found[like]
        near.append(rows)
    return Sets(names, sets.count), np.unique(np.concatenate(near))


def _said_by_several(
    matrix: csr_matrix, sets: Sets, sums: csr_matrix, squares: np.ndarray
) -> tuple[csr_matrix, np.ndarray]:
    """
    The sums of the sets and the squares of their rows, in large sets without the features of
    only a few: what one of very many says besides is not what they say.
    """
    sums, squares, few = sums.sorted_indices(), squares.copy(), []
    order = np.argsort(sets.names, kind="stable")
    begins = np.searchsorted(sets.names[order], np.arange(sets.count + 1))
    for name in np.flatnonzero(OF_MANY * np.diff(begins) > 1):
        rows = order[begins[name] : begins[name + 1]]
        part = matrix[rows]
        features, place, held = np.unique(part.indices, return_inverse=True, return_counts=True)
        rare = held < OF_MANY * len(rows)
        few.append(np.searchsorted(sums[name].indices, features[rare]) + sums.indptr[name])
        alone = csr_matrix((part.data * rare[place], part.indices, part.indptr), part.shape)
        squares[rows] -= _squares(alone)
    if few:
        sums.data[np.concatenate(few)] = 0
        sums.eliminate_zeros()
    return sums, squares


def _sound(matrix: csr_matrix, sets: Sets, weights: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Sets that hold together: the closer the fewer their texts and the fewer the features that
    tie them."""
    if not sets.count:
        return np.zeros(0, bool)
    sizes = sets.sizes()
    rows = np.flatnonzero(sets.names >= 0)
    inside = matrix[rows]
    members = Sets(sets.names[rows], sets.count)
    present = inside.copy()
    present.data = np.ones_like(present.data)
    held = _sums(present, members)
    everywhere = np.bincount(matrix.indices, minlength=matrix.shape[1])
    few, own = _ties(inside, members, held, everywhere)
    bar = LIKE + FEW / _weight(sets, weights) * (1 + few) + SHARED_OUT * few * (1 - own)
    close = _cohesion(sets, _sums(matrix, sets), squares) >= bar
    return close | (sizes == 1)


def _ties(
    matrix: csr_matrix, sets: Sets, held: csr_matrix, everywhere: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    What ties each set. How far it is one set phrase (0 to 1): a phrase gives few features,
    however many write it; counted is how many would tie as much, each the same (the
    participation ratio). And what share of the texts with these features is in the set: a
    phrase of politeness is in many others, the name of the matter is not.
    """
    squared = csr_matrix((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    sums = _sums(matrix, sets)
    ties = (sums.multiply(sums) - _sums(squared, sets)).tocsr()
    ties.data = np.maximum(ties.data, 0)
    total = np.maximum(np.asarray(ties.sum(axis=1)).ravel(), 1e-9)
    number = total**2 / np.maximum(_squares(ties), 1e-12)
    inside = held.multiply(1 / np.maximum(everywhere, 1))
    own = np.asarray(ties.multiply(inside).sum(axis=1)).ravel() / total
    return np.minimum((PHRASE / np.maximum(number, 1)) ** 2, 1), own
