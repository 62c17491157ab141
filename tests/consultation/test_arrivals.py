"""Opinions that come later are offered to the groups without being asked (C10)."""

from datetime import timedelta

import pytest
from wagtail.models import Page

from cms.record.models import Event
from consultation.actions.grouping import (
    ask_for_groups,
    cancel_grouping,
    offer_new_opinions,
    read_for_groups,
)
from consultation.actions.groups import (
    accept_suggestion,
    create_group,
    dismiss_suggestion,
    put_into_group,
)
from consultation.actions.opinions import enter_opinion, withdraw_opinion
from consultation.actions.reports import make_report
from consultation.actions.verdicts import decide_group, decide_opinions
from consultation.enums import Channel, ImportState, RunState, SuggestionState, Verdict
from consultation.jobs import offer_arrivals
from consultation.models import (
    Campaign,
    GroupingRun,
    GroupSuggestion,
    ImportBatch,
    Opinion,
    OpinionGroup,
)
from consultation.queries import came_since, last_reading
from home.due import DUE
from tests.consultation.suggester import ByFirstCharacter
from tests.factories import CLOSES, OPENS
from tests.helpers import publish

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


@pytest.fixture
def first_reading(lift, say, officer, work_root):
    """A person has had three opinions read, and made a group of what they share."""
    for text in ("采光差", "采光问题", "费用"):
        say(text)
    run = ask_for_groups(lift, by=officer, at=OPENS)
    read_for_groups(run.pk, at=OPENS, suggester=ByFirstCharacter())
    keys = list(Opinion.objects.values_list("pk", flat=True))
    suggestion = GroupSuggestion.objects.get()
    accept_suggestion(suggestion, title="低层采光", keys=keys, by=officer, at=OPENS)
    return run


@pytest.fixture
def minutes_later(clock):
    """What the clock does so long after the first reading, and the worker after it."""

    def call(minutes=5, suggester=None) -> list[int]:
        at = OPENS + minutes * MINUTES
        clock.move_to(at)
        runs = offer_new_opinions(at)
        for key in runs:
            read_for_groups(key, at=at, suggester=suggester or ByFirstCharacter())
        return runs

    return call


def waiting() -> list[tuple]:
    found = GroupSuggestion.objects.filter(state=SuggestionState.OPEN)
    return [
        (s.group and s.group.title, sorted(s.members.values_list("opinion__text", flat=True)))
        for s in found
    ]


def test_an_opinion_that_comes_later_is_offered_to_its_group(first_reading, say, minutes_later):
    say("采光不好")

    [key] = minutes_later()

    assert waiting() == [("低层采光", ["采光不好"])]
    assert OpinionGroup.objects.get().opinions.count() == 2
    run = GroupingRun.objects.get(pk=key)
    assert (run.state, run.started_by, run.is_automatic) == (RunState.DONE, None, True)


def test_what_a_clerk_enters_is_offered_as_well(first_reading, letter, minutes_later):
    letter(OPENS)

    minutes_later()

    assert waiting() == [("低层采光", ["采光被挡"])]


def test_the_clock_brings_it_about(first_reading, say, clock):
    say("采光不好")
    at = OPENS + 5 * MINUTES
    clock.move_to(at)

    assert DUE["offer to groups"] is offer_arrivals
    assert offer_arrivals(at) == 1

    assert last_reading(first_reading.consultation).is_automatic


def test_nothing_is_read_before_a_person_has_asked_once(say, minutes_later):
    say("采光差")

    assert minutes_later(60) == []
    assert not GroupingRun.objects.exists()


def test_nothing_is_read_when_nothing_new_came(first_reading, minutes_later):
    assert minutes_later(60) == []


def test_what_is_withdrawn_is_nothing_new(first_reading, say, minutes_later):
    withdraw_opinion(say("采光不好").opinion, at=OPENS)

    assert minutes_later() == []


def test_five_minutes_pass_between_two_readings(first_reading, say, minutes_later):
    say("采光不好")

    assert minutes_later(4) == []
    assert len(minutes_later(5)) == 1
    say("采光很差")
    assert minutes_later(9) == []
    assert len(minutes_later(10)) == 1


@pytest.fixture
def answer(lift, officer, clock):
    """All opinions get their verdict, and the report is public."""

    def call():
        at = after_the_close()
        clock.move_to(at)
        said = {"verdict": Verdict.ADOPTED, "reason": "已写入", "by": officer, "at": at}
        decide_opinions(lift, Opinion.objects.values_list("pk", flat=True), **said)
        decide_group(OpinionGroup.objects.get(), **said)
        publish(make_report(lift, by=officer, at=at))
        return at

    return call


def after_the_close():
    return CLOSES + timedelta(days=1)


@pytest.fixture
def letter(lift, officer):
    told = {"channel": Channel.LETTER, "received_at": OPENS, "by": officer}
    return lambda at: enter_opinion(lift, text="采光被挡", at=at, **told)


def test_nothing_is_offered_after_the_report_is_public(first_reading, answer, letter):
    at = answer()
    letter(at)

    assert offer_new_opinions(at + 60 * MINUTES) == []
    Page.objects.filter(slug="adoption-report").update(slug="another-page")
    assert len(offer_new_opinions(at + 60 * MINUTES)) == 1


def test_a_run_that_waits_when_the_report_becomes_public_is_not_done(
    first_reading, letter, answer
):
    letter(after_the_close())
    [key] = offer_new_opinions(after_the_close())
    at = answer()
    suggester = ByFirstCharacter()

    read_for_groups(key, at=at, suggester=suggester)

    assert (GroupingRun.objects.get(pk=key).state, suggester.calls) == (RunState.CANCELLED, 0)


def test_nothing_is_read_while_a_file_is_being_imported(first_reading, lift, say, minutes_later):
    say("采光不好")
    batch = ImportBatch.objects.create(
        consultation=lift,
        file_name="x.csv",
        channel=Channel.LETTER,
        state=ImportState.RUNNING,
        uploaded_at=OPENS,
    )

    assert minutes_later() == []
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.IMPORTED)
    assert len(minutes_later()) == 1


def test_what_a_person_stopped_rests_for_an_hour(first_reading, say, officer, clock):
    say("采光不好")
    at = OPENS + 5 * MINUTES
    [key] = offer_new_opinions(at)
    cancel_grouping(GroupingRun.objects.get(pk=key), by=officer, at=at)

    assert offer_new_opinions(at + 59 * MINUTES) == []
    assert len(offer_new_opinions(at + 60 * MINUTES)) == 1


def test_what_waits_for_a_word_is_the_same_suggestion_afterwards(
    lift, say, officer, work_root, minutes_later
):
    for text in ("采光差", "采光问题", "费用"):
        say(text)
    run = ask_for_groups(lift, by=officer, at=OPENS)
    read_for_groups(run.pk, at=OPENS, suggester=ByFirstCharacter())
    shown = GroupSuggestion.objects.get()
    say("采光不好")
    say("费用太高")

    minutes_later()

    assert waiting() == [(None, ["采光不好", "采光差", "采光问题"]), (None, ["费用", "费用太高"])]
    assert GroupSuggestion.objects.first() == shown


def test_who_says_yes_says_it_to_what_was_seen(first_reading, say, officer, minutes_later):
    say("采光不好")
    minutes_later()
    suggestion = GroupSuggestion.objects.get(state=SuggestionState.OPEN)
    seen = suggestion.members.get().pk
    say("采光很差")
    minutes_later(10)
    keys = list(suggestion.members.values_list("opinion", flat=True))

    group = accept_suggestion(suggestion, title="", keys=keys, seen=seen, by=officer, at=OPENS)

    assert sorted(group.opinions.values_list("text", flat=True)) == [
        "采光不好",
        "采光差",
        "采光问题",
    ]
    assert waiting() == [("低层采光", ["采光很差"])]


def test_who_says_no_says_it_to_what_was_seen(first_reading, say, officer, minutes_later):
    refused = say("采光不好").opinion
    minutes_later()
    suggestion = GroupSuggestion.objects.get(state=SuggestionState.OPEN)
    seen = suggestion.members.get().pk
    say("采光很差")
    minutes_later(10)

    dismiss_suggestion(suggestion, by=officer, at=OPENS, seen=seen)

    assert waiting() == [("低层采光", ["采光很差"])]
    assert list(refused.group_refusals.values_list("group__title", flat=True)) == ["低层采光"]


def test_what_a_person_took_out_is_not_offered_when_others_come(
    first_reading, lift, say, officer, minutes_later
):
    taken_out = Opinion.objects.get(text="采光问题")
    put_into_group(None, lift, [taken_out.pk], by=officer, at=OPENS)
    say("采光不好")

    minutes_later()

    assert waiting() == [("低层采光", ["采光不好"])]


def test_a_group_that_a_person_made_takes_no_member_by_itself(
    first_reading, lift, say, officer, minutes_later
):
    cost = create_group(
        lift, title="费用", by=officer, at=OPENS, members=[Opinion.objects.get(text="费用").pk]
    )
    say("费用太高")

    minutes_later()

    assert cost.opinions.count() == 1
    assert waiting() == [("费用", ["费用太高"])]


def test_a_copied_text_keeps_its_number_when_another_copy_comes(
    lift, say, officer, work_root, minutes_later
):
    for _person in range(3):
        say("我支持加装电梯。")
    run = ask_for_groups(lift, by=officer, at=OPENS)
    read_for_groups(run.pk, at=OPENS, suggester=ByFirstCharacter())
    before = Campaign.objects.get()
    say("我支持加装电梯。")

    minutes_later()

    assert Campaign.objects.get() == before
    assert before.opinions.count() == 4


def test_a_text_that_is_no_copy_any_more_is_none(lift, say, officer, work_root, minutes_later):
    copies = [say("我支持加装电梯。").opinion for _person in range(2)]
    run = ask_for_groups(lift, by=officer, at=OPENS)
    read_for_groups(run.pk, at=OPENS, suggester=ByFirstCharacter())
    withdraw_opinion(copies[0], at=OPENS)
    say("另一个意见")

    minutes_later()

    copies[1].refresh_from_db()
    assert (copies[1].campaign, Campaign.objects.count()) == (None, 0)


def test_a_run_taken_up_again_reads_what_it_began_with(first_reading, say, clock):
    say("采光不好")
    at = OPENS + 5 * MINUTES
    [key] = offer_new_opinions(at)

    class Dies(ByFirstCharacter):
        def suggest(self, texts, **kwargs):
            raise SystemExit

    with pytest.raises(SystemExit):
        read_for_groups(key, at=at, suggester=Dies())
    say("采光很差")
    GroupingRun.objects.filter(pk=key).update(alive_at=at)
    read_for_groups(key, at=at + 3 * MINUTES, suggester=ByFirstCharacter())

    run = GroupingRun.objects.get(pk=key)
    assert (run.state, run.texts, came_since(run)) == (RunState.DONE, 4, 1)


def test_one_that_was_on_its_way_while_the_others_were_read_is_new(first_reading):
    """Its number was given out before the reading, and its transaction ended after it."""
    first_reading.refresh_from_db()
    GroupingRun.objects.filter(pk=first_reading.pk).update(rows_read=first_reading.rows_read - 1)

    assert came_since(last_reading(first_reading.consultation)) == 1


def test_what_nobody_asked_for_is_on_record_as_the_systems_own(first_reading, say, minutes_later):
    say("采光不好")
    [key] = minutes_later()

    events = Event.objects.filter(subject_type="consultation.groupingrun", subject_id=str(key))
    assert list(events.order_by("pk").values_list("verb", "actor_label")) == [
        ("consultation.grouping_asked_for", "system"),
        ("consultation.grouping_ended", "system"),
    ]
