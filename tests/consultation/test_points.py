"""An opinion that makes several points is divided, and each gets its own verdict (rulebook A4)."""

import pytest
from django.db import IntegrityError, transaction

from consultation import annex
from consultation.actions.opinions import add_to_opinion, withdraw_opinion
from consultation.actions.verdicts import decide_opinion
from consultation.actions.work import (
    CannotBeJoined,
    CannotBeSplit,
    join_points,
    split_opinion,
    tag_opinions,
)
from consultation.enums import WITHDRAWN, Verdict
from consultation.models import Opinion
from consultation.rules import OpinionChanged
from consultation.totals import faults_of
from tests.consultation.conftest import submission_key
from tests.factories import OPENS

pytestmark = pytest.mark.django_db
TEXT = "补贴太少。\n另外噪音要管。"


@pytest.fixture
def whole(say):
    return say(TEXT, contact="13800001234").opinion


@pytest.fixture
def split(officer):
    def call(opinion, texts=("补贴太少。", "另外噪音要管。"), seen_version=None):
        version = seen_version or opinion.version
        return split_opinion(opinion, texts, seen_version=version, by=officer, at=OPENS)

    return call


@pytest.fixture
def decide(officer):
    def call(opinion, verdict=Verdict.ADOPTED, reason=""):
        opinion.refresh_from_db()
        said = {"verdict": verdict, "reason": reason, "seen_version": opinion.version}
        return decide_opinion(opinion, **said, by=officer, at=OPENS)

    return call


def test_each_point_has_its_own_verdict_and_the_whole_has_none(whole, split, decide):
    first, second = split(whole)
    decide(first)
    decide(second, Verdict.NOT_ADOPTED, "已按国家标准设计")

    whole.refresh_from_db()
    assert (whole.text, whole.verdict) == (TEXT, Verdict.SPLIT)
    assert [point.part_number for point in (first, second)] == [1, 2]
    totals = Opinion.objects.totals()
    assert totals.by_verdict["adopted"] == totals.by_verdict["not_adopted"] == 1
    assert (totals.received, totals.texts_received, totals.people_counted) == (2, 1, 1)
    assert totals.texts_matrix() == {"web": {"partly_adopted": 1}}


def test_the_points_keep_what_is_known_of_the_whole(whole, split, lift, officer):
    tag_opinions(lift, [whole.pk], name="急", by=officer, at=OPENS)
    whole.refresh_from_db()

    first, _second = split(whole)

    kept = ("channel", "received_at", "person", "draft_version_id", "article_key", "identity")
    assert [getattr(first, name) for name in kept] == [getattr(whole, name) for name in kept]
    assert [tag.name for tag in first.tags.all()] == ["急"]
    assert first.receipt is None


@pytest.mark.parametrize("texts", [(), ("一",), ("一", " "), ("点",) * 21])
def test_an_opinion_is_divided_into_two_to_twenty_points(whole, split, texts):
    with pytest.raises(CannotBeSplit):
        split(whole, texts)

    assert Opinion.objects.count() == 1


def test_only_what_waits_is_divided(whole, split, decide, say):
    decided = decide(say("已定").opinion)
    with pytest.raises(CannotBeSplit):
        split(decided)
    withdrawn = say("撤回").opinion
    withdraw_opinion(withdrawn, at=OPENS)
    withdrawn.refresh_from_db()
    with pytest.raises(CannotBeSplit):
        split(withdrawn)
    [point, _other] = split(whole)
    with pytest.raises(CannotBeSplit):
        split(point)


def test_who_divides_has_read_the_opinion_as_it_is(whole, split):
    add_to_opinion(whole, text="还有一点", key=submission_key(OPENS), at=OPENS)

    with pytest.raises(OpinionChanged):
        split(whole, seen_version=1)


def test_the_database_divides_no_point_again(whole, split):
    [point, _other] = split(whole)

    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=point.pk).update(verdict=Verdict.SPLIT, decided_at=OPENS)


def test_points_without_a_verdict_are_joined_again(whole, split, officer):
    split(whole)
    whole.refresh_from_db()

    join_points(whole, seen_version=whole.version, by=officer, at=OPENS)

    [opinion] = Opinion.objects.all()
    assert (opinion.text, opinion.verdict, opinion.decided_at) == (TEXT, Verdict.PENDING, None)


def test_a_verdict_is_never_lost_by_joining(whole, split, decide, officer):
    [point, _other] = split(whole)
    decide(point)
    whole.refresh_from_db()

    with pytest.raises(CannotBeJoined):
        join_points(whole, seen_version=whole.version, by=officer, at=OPENS)

    assert Opinion.objects.count() == 3


def test_who_withdraws_takes_all_points_back(whole, split):
    split(whole)
    whole.refresh_from_db()

    withdraw_opinion(whole, at=OPENS)

    totals = Opinion.objects.totals()
    assert totals.points == {("web", "pending"): 0, ("web", WITHDRAWN): 2}
    assert totals.texts_matrix() == {"web": {WITHDRAWN: 1}}


def test_who_decides_a_point_reads_what_the_author_added_to_the_whole(whole, split, officer):
    [point, _other] = split(whole)
    add_to_opinion(whole, text="还有一点", key=submission_key(OPENS), at=OPENS)

    with pytest.raises(OpinionChanged):
        decide_opinion(
            point, verdict=Verdict.ADOPTED, reason="", seen_version=1, by=officer, at=OPENS
        )


def test_one_contact_is_one_person_and_no_contact_is_another_each_time(say):
    say("一", contact="13800001234")
    say("二", contact="13800001234")
    say("三")
    say("四")

    totals = Opinion.objects.totals()

    assert (totals.texts_received, totals.people_counted) == (4, 3)
    assert faults_of(annex.facts(annex.Standing(totals, [], {}))) == []
