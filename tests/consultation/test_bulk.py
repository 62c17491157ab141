"""What is done to many opinions at once can be undone, and never over somebody's later work."""

import pytest

from cms.record.models import Event
from consultation.actions.bulk import AlreadyUndone, undo_change
from consultation.actions.groups import create_group, dissolve_group, merge_groups, put_into_group
from consultation.actions.opinions import withdraw_opinion
from consultation.actions.verdicts import decide_group, decide_opinion, decide_opinions
from consultation.actions.work import (
    NotTheirWork,
    assign,
    hand_over,
    set_work_due,
    tag_opinions,
)
from consultation.enums import ChangeKind, Verdict
from consultation.models import BulkChange, GroupRefusal, Opinion, OpinionGroup
from tests.factories import OPENS, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(say):
    return [say(text).opinion for text in ("一", "二", "三")]


@pytest.fixture
def act(lift, officer):
    """Does something to opinions, as one officer."""

    def call(action, opinions, **values):
        keys = [opinion.pk for opinion in opinions]
        return action(lift, keys, **values, by=officer, at=OPENS)

    return call


def state(*names) -> list:
    return list(Opinion.objects.order_by("pk").values_list(*names, flat=len(names) == 1))


def test_a_verdict_for_many_is_taken_back_with_reason_officer_and_moment(act, three, officer):
    decide_opinion(
        three[0],
        verdict=Verdict.NOT_ADOPTED,
        reason="超出本镇权限",
        seen_version=1,
        by=officer,
        at=OPENS,
    )
    before = state("verdict", "verdict_reason", "decided_by", "decided_at", "changed_articles")
    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")
    assert state("verdict") == ["adopted"] * 3

    assert undo_change(change, by=officer, at=OPENS) == (3, 0)

    after = state("verdict", "verdict_reason", "decided_by", "decided_at", "changed_articles")
    assert after == before


def test_what_somebody_worked_on_since_is_left_alone(act, three, officer):
    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")
    three[1].refresh_from_db()
    later = {"verdict": Verdict.OFF_TOPIC, "reason": "已转市容所", "by": officer, "at": OPENS}
    decide_opinion(three[1], seen_version=three[1].version, **later)

    assert undo_change(change, by=officer, at=OPENS) == (2, 1)
    assert state("verdict") == ["pending", "off_topic", "pending"]


def test_a_change_is_undone_once(act, three, officer):
    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")
    undo_change(change, by=officer, at=OPENS)

    with pytest.raises(AlreadyUndone):
        undo_change(change, by=officer, at=OPENS)


def test_undoing_is_on_record(act, three, officer):
    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")
    undo_change(change, by=officer, at=OPENS)

    event = Event.objects.get(verb="consultation.bulk_undone")
    assert (event.actor, event.data) == (officer, {"change": change.pk, "opinions": 3})


def test_who_read_an_opinion_before_the_undoing_reads_it_again(act, three, officer):
    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")
    undo_change(change, by=officer, at=OPENS)

    assert state("version") == [3, 3, 3]


@pytest.mark.parametrize(
    ("action", "name", "value"),
    [
        (assign, "assignee", "officer"),
        (hand_over, "handed_to", "department"),
        (set_work_due, "work_due_on", OPENS.date()),
    ],
)
def test_work_given_to_many_is_given_and_taken_back(act, three, officer, action, name, value):
    values = {"officer": officer, "department": DepartmentFactory(code="culture")}
    wanted = values.get(value, value)
    kwargs = {"due_on": wanted} if action is set_work_due else {"to": wanted}
    change = act(action, three[:2], **kwargs)
    key = getattr(wanted, "pk", wanted)
    assert state(name) == [key, key, None]

    undo_change(change, by=officer, at=OPENS)

    assert state(name) == [None, None, None]


def test_a_tag_is_put_on_once_and_taken_off_those_that_did_not_have_it(act, three, officer):
    act(tag_opinions, three[:1], name="采光")
    change = act(tag_opinions, three, name="采光")
    assert (change.kind, change.count) == (ChangeKind.TAG, 2)

    undo_change(change, by=officer, at=OPENS)

    assert [list(o.tags.values_list("name", flat=True)) for o in three] == [["采光"], [], []]


def test_what_was_withdrawn_or_divided_is_left_alone(act, three):
    withdraw_opinion(three[0], at=OPENS)
    Opinion.objects.filter(pk=three[1].pk).update(verdict=Verdict.SPLIT, decided_at=OPENS)

    change = act(decide_opinions, three, verdict=Verdict.ADOPTED, reason="")

    assert change.count == 1
    assert state("verdict") == ["pending", "split", "adopted"]


def test_a_move_that_is_undone_may_be_offered_again(act, three, lift, officer):
    first = create_group(lift, title="采光", by=officer, at=OPENS, members=[three[0].pk])
    second = create_group(lift, title="噪音", by=officer, at=OPENS)
    change = put_into_group(second, lift, [three[0].pk], by=officer, at=OPENS)
    assert list(GroupRefusal.objects.values_list("opinion", "group")) == [(three[0].pk, first.pk)]

    undo_change(change, by=officer, at=OPENS)

    assert (state("group")[0], GroupRefusal.objects.count()) == (first.pk, 0)


def test_work_goes_to_the_department_that_leads_and_to_nobody_else(act, three):
    with pytest.raises(NotTheirWork):
        act(assign, three, to=UserFactory(department=DepartmentFactory(code="culture")))

    assert state("assignee") == [None] * 3


def test_a_group_that_was_dissolved_is_set_up_again_with_its_answer(act, three, lift, officer):
    by = {"by": officer, "at": OPENS}
    group = create_group(lift, title="采光", members=[three[0].pk], **by)
    decide_group(group, verdict=Verdict.NOT_ADOPTED, reason="已按国家标准设计", **by)

    undo_change(dissolve_group(group, **by), **by)

    [again] = OpinionGroup.objects.all()
    assert (again.pk, again.title, again.reason) == (group.pk, "采光", "已按国家标准设计")
    assert state("group") == [group.pk, None, None]


def test_undoing_puts_nothing_into_a_group_whose_name_is_taken(act, three, lift, officer):
    by = {"by": officer, "at": OPENS}
    group = create_group(lift, title="采光", members=[three[0].pk], **by)
    change = dissolve_group(group, **by)
    create_group(lift, title="采光", **by)

    assert undo_change(change, **by) == (0, 1)
    assert state("group") == [None, None, None]


def test_a_merged_group_is_set_up_again(act, three, lift, officer):
    by = {"by": officer, "at": OPENS}
    stays = create_group(lift, title="采光", members=[three[0].pk], **by)
    goes = create_group(lift, title="光线", members=[three[1].pk, three[2].pk], **by)

    merge_groups(stays, [goes], **by)
    assert undo_change(BulkChange.objects.latest("pk"), **by) == (2, 0)

    assert state("group") == [stays.pk, goes.pk, goes.pk]
