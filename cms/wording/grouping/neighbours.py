"""For each text the most similar others, without comparing all with all."""

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, vstack

MOST_NEIGHBOURS = 24
# How many entries of other texts are looked at for one text. What makes the time linear.
EFFORT = 6_000
FAINT = 0.06
BLOCK = 1024
ROWS_AT_ONCE = 20_000


def postings(matrix: csr_matrix) -> csr_matrix:
    """Feature × texts: where each feature is."""
    return matrix.T.tocsr()


def questions(matrix: csr_matrix, effort: int = EFFORT) -> csr_matrix:
    """
    The matrix without what would be looked up in too many texts: of each row the features in
    fewest texts, as long as these texts add up to `effort`.
    """
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    starts = range(0, matrix.shape[0], ROWS_AT_ONCE)
    return vstack([_cheap(matrix[at : at + ROWS_AT_ONCE], spread, effort) for at in starts], "csr")


def _cheap(matrix: csr_matrix, spread: np.ndarray, effort: int) -> csr_matrix:
    costs = spread[matrix.indices]
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    if np.bincount(rows, costs, matrix.shape[0]).max(initial=0) <= effort:
        return matrix
    order = np.lexsort((matrix.indices, costs, rows))
    total = np.cumsum(costs[order])
    before = np.concatenate(([0], total))[matrix.indptr[:-1]]
    kept = np.zeros(len(order), bool)
    kept[order] = total - before[rows] <= effort
    lengths = np.bincount(rows[kept], minlength=matrix.shape[0])
    pointers = np.concatenate(([0], np.cumsum(lengths)))
    return csr_matrix((matrix.data[kept], matrix.indices[kept], pointers), shape=matrix.shape)


def nearest(
    asked: csr_matrix, posted: csr_matrix, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray]:
    """
    Pairs (row, other) of the rows from start to stop with their nearest, and the similarity
    so far as the features asked for tell it.
    """
    product = asked[start:stop] @ posted
    rows = np.repeat(np.arange(start, stop, dtype=np.int32), np.diff(product.indptr))
    kept = (product.data >= FAINT) & (product.indices != rows)
    rows, others, values = rows[kept], product.indices[kept], product.data[kept]
    order = np.lexsort((others, -values, rows))
    rows, others = rows[order], others[order]
    begins = np.searchsorted(rows, np.arange(start, stop))
    kept = np.arange(len(rows)) - begins[rows - start] < MOST_NEIGHBOURS
    return rows[kept], others[kept]


def similarities(matrix: csr_matrix, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The cosine of each pair, from all its features."""
    return np.asarray(matrix[rows].multiply(matrix[others]).sum(axis=1)).ravel()


def graph(rows: np.ndarray, others: np.ndarray, values: np.ndarray, size: int) -> csr_matrix:
    """Who is near whom, either way: symmetric, one entry for each pair and direction."""
    one_way = csc_matrix((values, (rows, others)), shape=(size, size)).tocsr()
    return one_way.maximum(one_way.T).tocsr()
