"""The numbers of a report add up in every state (plan 2023, III.1; rulebook A6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation import annex
from consultation.enums import OUTCOMES, WITHDRAWN, Channel, Verdict
from consultation.totals import Totals, faults_of, text_outcome

outcomes = st.sampled_from([str(outcome) for outcome in OUTCOMES])
ways = st.sampled_from([str(way) for way in Channel])
cells = st.dictionaries(st.tuples(ways, outcomes), st.integers(0, 1000), max_size=20)


def facts_of(points, texts=None, people=None) -> dict:
    texts = points if texts is None else texts
    totals = Totals(points, texts, people or {})
    return annex.facts(annex.Standing(totals, [], {}))


@given(cells)
def test_received_is_the_sum_of_all_outcomes_by_way_and_altogether(points):
    facts = facts_of(points)

    assert faults_of(facts) == []
    assert facts["received"] == sum(points.values())
    assert facts["received"] == sum(facts["by_verdict"].values()) + facts["withdrawn"]
    assert facts["received"] == sum(facts["by_channel"].values())
    for way, count in facts["by_channel"].items():
        assert count == sum(facts["points"][way].values())


@given(
    cells.filter(lambda found: sum(found.values()) > 0),
    st.integers(-5, 5).filter(bool),
    st.sampled_from(["received", "withdrawn", "by_verdict", "by_channel", "points"]),
)
def test_one_wrong_number_is_found(points, error, where):
    facts = facts_of(points)
    if where in ("received", "withdrawn"):
        facts[where] += error
    elif where == "points":
        row = next(iter(facts["points"].values()))
        row[next(iter(row))] += error
    else:
        first = next(iter(facts[where]))
        facts[where][first] += error

    assert faults_of(facts) != []


def test_there_are_no_more_texts_than_points_and_no_more_people_than_texts():
    points = {("web", "adopted"): 3}

    assert faults_of(facts_of(points, {("web", "adopted"): 4})) == ["texts"]
    assert faults_of(facts_of(points, {("web", "adopted"): 2}, {"": 3})) == ["people"]
    assert faults_of(facts_of(points, {("web", "adopted"): 2}, {"": 2, "web": 3})) == ["people"]
    assert faults_of(facts_of(points, {("web", "adopted"): 2}, {"": 2, "web": 2})) == []


def test_there_are_no_negative_numbers():
    assert "negative" in faults_of(facts_of({("web", "adopted"): 1, ("web", "pending"): -1}))


def test_a_report_of_before_the_withdrawn_were_received_still_adds_up():
    old = {"received": 1, "withdrawn": 2, "by_verdict": {"adopted": 1}, "by_channel": {"web": 1}}

    assert faults_of(old) == []


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (["adopted"], "adopted"),
        (["adopted", "adopted"], "adopted"),
        (["adopted", "not_adopted"], "partly_adopted"),
        (["adopted", "pending"], "pending"),
        (["withdrawn", "withdrawn"], "withdrawn"),
    ],
)
def test_a_text_comes_to_what_its_points_come_to(points, text):
    assert text_outcome(points) == text


def test_a_text_has_at_least_one_point():
    with pytest.raises(ValueError, match="at least one"):
        text_outcome([])


def test_the_withdrawn_are_received_and_have_no_verdict():
    totals = Totals({("web", Verdict.ADOPTED): 2, ("phone", WITHDRAWN): 1})

    assert (totals.received, totals.counted, totals.withdrawn) == (3, 2, 1)
