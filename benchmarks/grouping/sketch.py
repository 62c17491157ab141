"""What a first try looks like, for comparison: words, TF-IDF, near neighbours, Leiden."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sknetwork.clustering import Leiden

from cms.wording.grouping import Grouping, TextGroup
from cms.wording.segmentation import cut

NEIGHBOURS = 10
BLOCK = 1000
LEAST = 3


def group_by_sketch(texts: Sequence[str]) -> Grouping:
    near = _nearest(_tf_idf(texts))
    names = Leiden(random_state=0).fit_predict(near)
    rows: dict[int, list[int]] = {}
    for row, name in enumerate(names.tolist()):
        rows.setdefault(name, []).append(row)
    groups = [TextGroup("", [], found) for found in rows.values() if len(found) >= LEAST]
    grouped = {row for group in groups for row in group.members}
    return Grouping(groups, [row for row in range(len(texts)) if row not in grouped])


def _tf_idf(texts: Sequence[str]) -> csr_matrix:
    known: dict[str, int] = {}
    values, columns, pointers = [], [], [0]
    for text in texts:
        counts = Counter(cut(text))
        columns += [known.setdefault(word, len(known)) for word in counts]
        values += counts.values()
        pointers.append(len(columns))
    matrix = csr_matrix((np.array(values, np.float32), columns, pointers))
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    matrix.data *= np.log(len(texts) / spread)[matrix.indices].astype(np.float32) + 1
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    rows = np.repeat(np.arange(len(texts)), np.diff(matrix.indptr))
    matrix.data /= norms[rows]
    return matrix


def _nearest(matrix: csr_matrix) -> csr_matrix:
    size = matrix.shape[0]
    ours, theirs, values = [], [], []
    for start in range(0, size, BLOCK):
        alike = (matrix[start : start + BLOCK] @ matrix.T).toarray()
        alike[np.arange(len(alike)), np.arange(start, start + len(alike))] = 0
        best = np.argpartition(-alike, min(NEIGHBOURS, size - 1), axis=1)[:, :NEIGHBOURS]
        ours.append(np.repeat(np.arange(start, start + len(alike)), best.shape[1]))
        theirs.append(best.ravel())
        values.append(np.take_along_axis(alike, best, axis=1).ravel())
    pairs = (np.concatenate(ours), np.concatenate(theirs))
    one_way = csr_matrix((np.concatenate(values), pairs), shape=(size, size))
    return one_way.maximum(one_way.T).tocsr()
