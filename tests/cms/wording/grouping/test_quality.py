"""What the benchmark measures at length, on a small collection each time: topics are found, noise
is left alone. The bounds are looser than what is measured there, for the sample is small."""

import pytest

from benchmarks.grouping import services, streets
from benchmarks.grouping.corpora import NOISE, corpus
from benchmarks.grouping.quality import quality
from benchmarks.grouping.speed import collection
from cms.wording.grouping import group_texts


@pytest.mark.parametrize(
    ("domain", "length", "least_f1"),
    [(streets, 60, 0.85), (services, 60, 0.85), (streets, 300, 0.85), (services, 300, 0.85)],
)
def test_topics_are_found_in_noise(domain, length, least_f1):
    made = corpus(domain, topics=8, noise=0.9, seed=21, length=length)
    found = quality(made, group_texts(made.texts))

    assert found.topics == 8
    assert found.f1 >= least_f1
    assert found.stray <= 0.06
    assert found.whole == 1


def test_a_polite_phrase_that_many_write_makes_no_group():
    made = corpus(services, topics=8, noise=0.9, seed=11, length=60)
    polite = [row for row, text in enumerate(made.texts) if "核实后公开结果" in text]
    noise = {row for row in polite if made.labels[row] == NOISE}

    assert len(noise) >= 10
    found = group_texts(made.texts)
    assert [group.label for group in found.groups if noise >= set(group.members)] == []


def test_the_same_seed_makes_the_same_collection():
    assert corpus(streets, topics=2, noise=0.5, seed=1) == corpus(
        streets, topics=2, noise=0.5, seed=1
    )


@pytest.mark.parametrize(("letters", "told"), [(300, 60), (60, 60)])
def test_a_matter_of_many_is_found_as_one_of_few_is(letters, told):
    """Neither the rarest words, which every long text has, nor that nobody says all of it hides
    what a hundred say."""
    made = collection(6000, seed=3, letters=letters, told=told)
    large = {topic for topic in set(made.labels) - {NOISE} if made.labels.count(topic) >= 40}
    assert len(large) > 3
    found = group_texts(made.texts)
    for topic in large:
        rows = {row for row, label in enumerate(made.labels) if label == topic}
        shared = [
            2 * len(rows & set(g.members)) / (len(rows) + len(g.members)) for g in found.groups
        ]
        assert max(shared, default=0) >= 0.9
    assert quality(made, found).stray <= 0.05
