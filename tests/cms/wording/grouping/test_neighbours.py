"""What is looked up for each feature."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cms.wording.grouping import neighbours


@pytest.mark.parametrize("rows_at_once", [1, 7, 1000])
def test_of_each_feature_the_first_texts_are_looked_up_however_they_are_read(
    monkeypatch, rows_at_once
):
    monkeypatch.setattr(neighbours, "ROWS_AT_ONCE", rows_at_once)
    dense = np.random.default_rng(5).random((100, 12)).astype(np.float32)
    dense[dense < 0.5] = 0
    dense[:, 3] = 0

    posted = neighbours.postings(csr_matrix(dense))

    for feature in range(12):
        first = np.flatnonzero(dense[:, feature])[: neighbours.MOST_LOOKED_UP]
        found = posted[feature]
        assert found.indices.tolist() == first.tolist()
        assert found.data.tolist() == dense[first, feature].tolist()
