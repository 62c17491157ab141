"""What the benchmark measures at length, on a small collection each time: topics are found, noise
is left alone. The bounds are looser than what is measured there, for the sample is small."""

import pytest

from benchmarks.grouping import services, streets
from benchmarks.grouping.corpora import corpus
from benchmarks.grouping.quality import quality
from cms.wording.grouping import group_texts


@pytest.mark.parametrize(
    ("domain", "length", "least_f1"),
    [(streets, 60, 0.85), (services, 60, 0.85), (streets, 300, 0.75), (services, 300, 0.7)],
)
def test_topics_are_found_in_noise(domain, length, least_f1):
    made = corpus(domain, topics=8, noise=0.9, seed=21, length=length)
    found = quality(made, group_texts(made.texts))

    assert found.topics == 8
    assert found.f1 >= least_f1
    assert found.stray <= 0.1
    assert found.whole == 1


def test_the_same_seed_makes_the_same_collection():
    assert corpus(streets, topics=2, noise=0.5, seed=1) == corpus(
        streets, topics=2, noise=0.5, seed=1
    )
