"""Every opinion ends in a verdict, with the reason the law asks for (plan 2023, III.1; A4)."""

import pytest
from django.db import IntegrityError, transaction

from cms.record.models import Event
from consultation.actions.groups import (
    GroupExists,
    create_group,
    put_into_group,
    rename_group,
)
from consultation.actions.opinions import add_to_opinion, withdraw_opinion
from consultation.actions.verdicts import (
    answer_group,
    decide_group,
    decide_opinion,
    decide_opinions,
)
from consultation.enums import NEEDS_REASON, Verdict
from consultation.models import Opinion
from consultation.rules import OpinionChanged, VerdictNeedsReason
from tests.consultation.conftest import submission_key
from tests.factories import OPENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(officer):
    def call(opinion, verdict=Verdict.ADOPTED, reason="", seen_version=None):
        return decide_opinion(
            opinion,
            verdict=verdict,
            reason=reason,
            seen_version=seen_version or opinion.version,
            by=officer,
            at=OPENS,
        )

    return call


@pytest.fixture
def decide_many(lift, officer):
    def call(opinions, verdict=Verdict.ADOPTED, reason=""):
        keys = [opinion.pk for opinion in opinions]
        change = decide_opinions(lift, keys, verdict=verdict, reason=reason, by=officer, at=OPENS)
        return change.count

    return call


def verdicts() -> list[str]:
    return list(Opinion.objects.order_by("pk").values_list("verdict", flat=True))


def test_a_verdict_is_given_with_its_officer_and_moment(say, decide, officer):
    opinion = decide(say().opinion, Verdict.NOT_ADOPTED, " 超出本镇权限 ")

    assert (opinion.verdict, opinion.verdict_reason) == (Verdict.NOT_ADOPTED, "超出本镇权限")
    assert (opinion.decided_by, opinion.decided_at, opinion.version) == (officer, OPENS, 2)


@pytest.mark.parametrize("verdict", sorted(NEEDS_REASON))
@pytest.mark.parametrize("reason", ["", " 　\n"])
def test_a_verdict_without_the_reason_it_needs_is_refused(say, decide, verdict, reason):
    opinion = say().opinion

    with pytest.raises(VerdictNeedsReason):
        decide(opinion, verdict, reason)

    assert verdicts() == [Verdict.PENDING]


@pytest.mark.parametrize("verdict", sorted(NEEDS_REASON))
def test_the_database_wants_the_reason_too(say, verdict):
    say()

    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.update(verdict=verdict, decided_at=OPENS, verdict_reason="")


def test_the_database_wants_the_moment_of_the_verdict(say):
    say()

    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.update(verdict=Verdict.ADOPTED)


def test_a_verdict_cannot_be_taken_back_to_nothing(say, decide):
    with pytest.raises(VerdictNeedsReason):
        decide(say().opinion, Verdict.PENDING, "再想想")


def test_who_decides_must_have_read_the_opinion_as_it_is(say, decide):
    opinion = say().opinion
    add_to_opinion(opinion, text="还有一点", key=submission_key(OPENS), at=OPENS)

    with pytest.raises(OpinionChanged):
        decide(opinion, seen_version=1)

    assert verdicts() == [Verdict.PENDING]
    assert decide(opinion, seen_version=2).verdict == Verdict.ADOPTED


def test_of_two_officers_the_second_is_told(say, decide):
    opinion = say().opinion
    decide(opinion, seen_version=1)

    with pytest.raises(OpinionChanged):
        decide(opinion, Verdict.NOT_ADOPTED, "另一个理由", seen_version=1)

    assert verdicts() == [Verdict.ADOPTED]


def test_what_was_withdrawn_gets_no_verdict(say, decide):
    opinion = say().opinion
    withdraw_opinion(opinion, at=OPENS)
    opinion.refresh_from_db()

    with pytest.raises(OpinionChanged):
        decide(opinion)


def test_the_verdict_is_on_record_with_the_one_before(say, decide):
    opinion = decide(say().opinion)
    decide(opinion, Verdict.OFF_TOPIC, "已转市容所")

    events = Event.objects.filter(verb="consultation.opinion_decided").order_by("pk")
    assert [(event.result, event.data) for event in events] == [
        ("adopted", {"before": "pending"}),
        ("off_topic", {"before": "adopted"}),
    ]


def test_many_opinions_get_one_verdict_and_withdrawn_ones_none(say, decide_many):
    opinions = [say().opinion for _n in range(3)]
    withdraw_opinion(opinions[1], at=OPENS)

    assert decide_many(opinions, Verdict.NOT_ADOPTED, "超出本镇权限") == 2
    assert verdicts() == ["not_adopted", "pending", "not_adopted"]
    event = Event.objects.get(verb="consultation.opinions_decided")
    assert event.data["opinions"] == [opinions[0].pk, opinions[2].pk]


def test_many_opinions_need_their_reason_too(say, decide_many):
    with pytest.raises(VerdictNeedsReason):
        decide_many([say().opinion], Verdict.PARTLY_ADOPTED)

    assert verdicts() == [Verdict.PENDING]


def test_a_verdict_for_many_reaches_no_other_consultation(say, decide_many, lift):
    opinion = say().opinion
    Opinion.objects.update(consultation=other_consultation(lift))

    assert decide_many([opinion]) == 0
    assert verdicts() == [Verdict.PENDING]


def other_consultation(lift):
    decision = lift.get_parent().specific.copy(
        recursive=True, update_attrs={"slug": "other"}, keep_live=False
    )
    return decision.consultation


def test_whoever_read_an_opinion_before_a_verdict_for_many_reads_it_again(
    say, decide, decide_many
):
    opinion = say().opinion
    decide_many([opinion])

    with pytest.raises(OpinionChanged):
        decide(opinion, seen_version=1)


def test_opinions_that_say_the_same_are_gathered(say, lift, officer):
    opinions = [say().opinion for _n in range(2)]
    group = create_group(lift, title="采光", by=officer, at=OPENS, members=[opinions[0].pk])

    put_into_group(group, lift, [opinions[1].pk], by=officer, at=OPENS)

    assert [group.count for group in lift.opinion_groups.all().counted()] == [2]
    put_into_group(None, lift, [opinions[0].pk], by=officer, at=OPENS)
    assert [group.count for group in lift.opinion_groups.all().counted()] == [1]


def test_a_withdrawn_opinion_does_not_count_in_its_group(say, lift, officer):
    opinion = say().opinion
    create_group(lift, title="采光", by=officer, at=OPENS, members=[opinion.pk])

    withdraw_opinion(opinion, at=OPENS)

    assert [group.count for group in lift.opinion_groups.all().counted()] == [0]


def test_a_group_takes_no_opinion_of_another_consultation(say, lift, officer):
    opinion = say().opinion
    Opinion.objects.update(consultation=other_consultation(lift))
    group = create_group(lift, title="采光", by=officer, at=OPENS)

    assert put_into_group(group, lift, [opinion.pk], by=officer, at=OPENS).count == 0


def test_two_groups_have_two_names(lift, officer):
    create_group(lift, title="采光", by=officer, at=OPENS)
    other = create_group(lift, title="噪音", by=officer, at=OPENS)

    with pytest.raises(GroupExists):
        create_group(lift, title="采光", by=officer, at=OPENS)
    with pytest.raises(GroupExists):
        rename_group(other, title="采光", by=officer, at=OPENS)


def test_a_group_verdict_needs_its_reason(lift, officer):
    group = create_group(lift, title="采光", by=officer, at=OPENS)

    with pytest.raises(VerdictNeedsReason):
        decide_group(
            group,
            verdict=Verdict.NOT_ADOPTED,
            reason="",
            by=officer,
            at=OPENS,
        )


@pytest.mark.parametrize(
    ("to_members", "expected"),
    [
        ("none", ["adopted", "pending"]),
        ("undecided", ["adopted", "not_adopted"]),
        ("all", ["not_adopted", "not_adopted"]),
    ],
)
def test_the_verdict_of_a_group_reaches_the_members_that_were_meant(
    say, decide, lift, officer, to_members, expected
):
    opinions = [say().opinion for _n in range(2)]
    group = create_group(
        lift, title="采光", by=officer, at=OPENS, members=[o.pk for o in opinions]
    )
    opinions[0].refresh_from_db()
    decide(opinions[0])

    answer_group(
        group,
        verdict=Verdict.NOT_ADOPTED,
        reason="已按国家标准设计",
        to_members=to_members,
        by=officer,
        at=OPENS,
    )

    assert verdicts() == expected


def test_a_group_is_counted_by_points_and_by_people(say, lift, officer):
    opinions = [say(text).opinion for text in ("采光", "光线", "阳光")]
    one = opinions[0].person
    Opinion.objects.filter(pk=opinions[1].pk).update(person=one)
    group = create_group(
        lift, title="采光", members=[each.pk for each in opinions], by=officer, at=OPENS
    )
    withdraw_opinion(opinions[2], at=OPENS)

    [exact], [quick] = (
        lift.opinion_groups.all().counted(),
        lift.opinion_groups.all().counted(people=False),
    )

    assert (exact, exact.count, exact.people, exact.refused) == (group, 2, 1, 0)
    assert (quick.count, quick.people, quick.refused) == (2, 2, 0)
