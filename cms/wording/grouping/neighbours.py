"""For each text the most similar others, without comparing all with all."""

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

MOST_NEIGHBOURS = 16
# In how many texts each feature is looked up. What makes the time linear.
MOST_LOOKED_UP = 16
ROWS_AT_ONCE = 20_000
FAINT = 0.1
BLOCK = 1024


def postings(matrix: csr_matrix) -> csr_matrix:
    """
    Feature × texts: where each feature is, of one in very many texts only the first rows. As the
    rows are in no order of meaning, these are a sample; as it is the same for every feature, the
    texts of a large matter meet in the same few of their own, whatever words they share.
    """
    width, starts = matrix.shape[1], range(0, matrix.shape[0], ROWS_AT_ONCE)
    spread = np.zeros(width, np.int64)
    for start in starts:
        part = matrix.indptr[start], matrix.indptr[min(start + ROWS_AT_ONCE, matrix.shape[0])]
        spread += np.bincount(matrix.indices[slice(*part)], minlength=width)
    pointers = np.concatenate(([0], np.cumsum(np.minimum(spread, MOST_LOOKED_UP))))
    rows, values = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.float32)
    seen = np.zeros(width, np.int32)
    for start in starts:
        part = matrix[start : start + ROWS_AT_ONCE].tocsc()
        lengths = np.diff(part.indptr)
        features = np.repeat(np.arange(width, dtype=np.int32), lengths)
        place = np.arange(part.nnz, dtype=np.int32) + (seen - part.indptr[:-1])[features]
        kept = np.flatnonzero(place < MOST_LOOKED_UP)
        spots = pointers[features[kept]] + place[kept]
        rows[spots], values[spots] = part.indices[kept] + start, part.data[kept]
        seen += lengths
    return csr_matrix((values, rows, pointers), shape=matrix.shape[::-1])


def nearest(
    matrix: csr_matrix, posted: csr_matrix, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray]:
    """
    Pairs (row, other) of the rows from start to stop with their nearest, and the similarity
    so far as the postings tell it.
    """
    product = matrix[start:stop] @ posted
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
