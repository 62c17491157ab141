from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from wagtail.models import Page

from cms.accounts.models import Department
from cms.duties import kinds
from cms.duties.actions import (
    DutyClosed,
    LatenessNeedsReason,
    NoSuchDuty,
    OutOfOrder,
    TooLateToPause,
    cancel_duty,
    explain_lateness,
    mark_warning_sent,
    meet_duty,
    note_warnings,
    open_duty,
    pause_duty,
    recompute_open_duties,
    restart_duty,
    resume_duty,
)
from cms.duties.enums import Cause, State
from cms.duties.models import DueDateChange, Duty, Segment, Warning
from cms.duties.queries import duty_of, explain, unsent_warnings
from cms.record.models import Event
from cms.workdays.actions import enter_arrangement, withdraw_arrangement
from home.models import ContentPage

from .conftest import AT, DUE, REPORT, STARTED

pytestmark = pytest.mark.django_db


def clock(duty):
    return list(duty.segments.values_list("kind", "started_on", "ended_on"))


def changes(duty):
    return list(duty.due_date_changes.values_list("old", "new", "cause"))


def enter_2027(*days_off):
    return enter_arrangement(
        2027,
        "国办发明电〔2026〕9号",
        date(2026, 11, 24),
        dict.fromkeys(days_off, (False, "元旦")),
        at=AT,
    )


# Opening


def test_the_event_starts_a_time_limit_that_is_counted_and_not_typed(duty, department, page):
    assert (duty.due_on, duty.provisional, duty.state) == (DUE, False, State.RUNNING)
    assert (duty.working_days, duty.event, duty.department) == (10, "issued", department)
    assert clock(duty) == [("running", STARTED, None)]
    assert explain(duty).day == DUE
    assert duty_of(page, "test-report") == duty


def test_opening_again_opens_nothing_new(owe, duty):
    assert owe() == duty
    assert (Duty.objects.count(), changes(duty)) == (1, [])
    assert Event.objects.filter(verb__startswith="duties.").count() == 1


def test_opening_again_takes_over_the_title_and_the_department(owe, duty):
    culture = Department.objects.create(code="culture", name="文体中心")
    owe(title="加装电梯（第二批）", department=culture)
    duty.refresh_from_db()
    assert (duty.title, duty.department) == ("加装电梯（第二批）", culture)


def test_a_corrected_starting_day_is_counted_anew_and_kept_with_the_old_date(owe, duty):
    duty = owe(date(2026, 9, 17))
    assert (duty.due_on, duty.started_on) == (date(2026, 10, 8), date(2026, 9, 17))
    assert changes(duty) == [(DUE, date(2026, 10, 8), Cause.START_CHANGED)]
    event = Event.objects.get(verb="duties.counted_anew")
    assert event.data == {
        "kind": "test-report",
        "old": "2026-10-09",
        "new": "2026-10-08",
        "cause": "start_changed",
        "provisional": False,
    }


def test_a_page_owes_once_however_it_was_loaded(owe, page):
    special = page.add_child(instance=ContentPage(title="指南", slug="guide", live=False))
    owe(subject=special)
    owe(subject=Page.objects.get(pk=special.pk))
    assert Duty.objects.get().subject == special


def test_a_duty_of_an_unregistered_kind_is_refused(page, department):
    with pytest.raises(kinds.UnknownKind):
        open_duty("nothing", page, department=department, title="x", started_on=STARTED, at=AT)


def test_two_different_duties_under_one_code_are_refused():
    with pytest.raises(kinds.KindTaken):
        kinds.register(kinds.DutyKind("test-report", "Another", 5, "Elsewhere"))


# Meeting


@pytest.mark.parametrize("on", [date(2026, 9, 1), date(2026, 10, 8), date(2026, 10, 9)])
def test_a_duty_met_by_its_due_day_is_met_in_time(duty, page, on):
    duty = meet_duty(page, REPORT, on=on)
    assert (duty.state, duty.met_on, duty.lateness_reason) == (State.MET, on, "")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_duty_met_after_its_due_day_needs_a_reason(duty, page, reason):
    with pytest.raises(LatenessNeedsReason):
        meet_duty(page, REPORT, on=date(2026, 10, 10), reason=reason)
    duty.refresh_from_db()
    assert duty.state == State.RUNNING


def test_lateness_stays_visible_with_its_reason(duty, page):
    meet_duty(page, REPORT, on=date(2026, 10, 10), reason="专家论证延后")
    duty.refresh_from_db()
    assert (duty.state, duty.due_on, duty.met_on) == (State.MET_LATE, DUE, date(2026, 10, 10))
    assert duty.lateness_reason == "专家论证延后"


def test_a_reason_is_not_copied_into_the_record(duty, page):
    meet_duty(page, REPORT, on=date(2026, 10, 10), reason="张三生病")
    event = Event.objects.get(verb="duties.met")
    assert event.data == {
        "kind": "test-report",
        "met_on": "2026-10-10",
        "due_on": "2026-10-09",
        "state": "met_late",
    }


def test_a_duty_once_met_stays_met_on_its_first_day(duty, page):
    meet_duty(page, REPORT, on=date(2026, 10, 8))
    assert meet_duty(page, REPORT, on=date(2026, 10, 20)).met_on == date(2026, 10, 8)


def test_a_corrected_start_shows_that_a_met_duty_was_late(owe, duty, page):
    meet_duty(page, REPORT, on=DUE)
    assert owe(date(2026, 9, 17)).state == State.MET_LATE
    assert explain_lateness(page, REPORT, reason="日期更正", at=AT).lateness_reason == "日期更正"


def test_a_corrected_start_shows_that_a_late_duty_was_in_time(owe, duty, page):
    meet_duty(page, REPORT, on=date(2026, 10, 10), reason="延后")
    assert owe(date(2026, 9, 20)).state == State.MET


def test_only_a_late_duty_is_given_a_reason_afterwards(duty, page):
    with pytest.raises(DutyClosed):
        explain_lateness(page, REPORT, reason="日期更正", at=AT)


def test_what_is_not_owed_cannot_be_met(page):
    with pytest.raises(NoSuchDuty):
        meet_duty(page, REPORT, on=DUE)


# Pausing, resuming, restarting, cancelling


def test_a_pause_moves_the_due_date_by_the_days_it_took(duty, page):
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    duty = resume_duty(page, REPORT, on=date(2026, 9, 23))
    assert (duty.state, duty.due_on) == (State.RUNNING, date(2026, 10, 12))
    assert clock(duty) == [
        ("running", STARTED, date(2026, 9, 21)),
        ("paused", date(2026, 9, 21), date(2026, 9, 23)),
        ("running", date(2026, 9, 23), None),
    ]
    assert changes(duty) == [(DUE, date(2026, 10, 12), Cause.RESUMED)]


@pytest.mark.parametrize(
    ("on", "refused"), [(date(2026, 10, 8), False), (DUE, True), (date(2026, 10, 10), True)]
)
def test_a_duty_is_not_paused_on_its_due_day_or_later(duty, page, on, refused):
    if refused:
        with pytest.raises(TooLateToPause):
            pause_duty(page, REPORT, on=on)
    else:
        assert pause_duty(page, REPORT, on=on).state == State.PAUSED


def test_a_duty_met_while_paused_is_not_charged_with_the_pause(duty, page):
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    duty = meet_duty(page, REPORT, on=date(2026, 10, 30))
    assert duty.state == State.MET


def test_a_step_before_the_last_one_is_refused(duty, page):
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    with pytest.raises(OutOfOrder):
        resume_duty(page, REPORT, on=date(2026, 9, 20))
    assert resume_duty(page, REPORT, on=date(2026, 9, 21)).due_on == DUE


def test_a_running_duty_is_not_resumed_and_a_paused_one_not_paused(duty, page):
    with pytest.raises(DutyClosed):
        resume_duty(page, REPORT, on=date(2026, 9, 21))
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    with pytest.raises(DutyClosed):
        pause_duty(page, REPORT, on=date(2026, 9, 22))


def test_a_restart_gives_the_whole_time_limit_again(duty, page):
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    duty = restart_duty(page, REPORT, on=date(2026, 11, 2))
    assert (duty.state, duty.due_on) == (State.RUNNING, date(2026, 11, 16))
    assert changes(duty) == [(DUE, date(2026, 11, 16), Cause.RESTARTED)]


def test_a_corrected_start_after_the_first_pause_is_refused(owe, duty, page):
    pause_duty(page, REPORT, on=date(2026, 9, 21))
    with pytest.raises(OutOfOrder):
        owe(date(2026, 9, 22))


def test_a_cancelled_duty_is_owed_no_more_and_opens_again(owe, duty, page):
    cancel_duty(page, REPORT, on=date(2026, 9, 21), reason="终止决策")
    with pytest.raises(DutyClosed):
        meet_duty(page, REPORT, on=DUE)
    duty = owe(date(2026, 11, 2))
    assert (duty.state, duty.due_on) == (State.RUNNING, date(2026, 11, 16))
    assert (duty.started_on, duty.cancelled_because) == (date(2026, 11, 2), "")
    assert changes(duty) == [(DUE, date(2026, 11, 16), Cause.REOPENED)]


def test_a_met_duty_is_not_cancelled(duty, page):
    meet_duty(page, REPORT, on=DUE)
    with pytest.raises(DutyClosed):
        cancel_duty(page, REPORT, on=DUE)


# The calendar changes


def test_entering_an_arrangement_recomputes_every_open_duty_and_keeps_old_and_new(owe):
    duty = owe(date(2026, 12, 21))
    assert (duty.due_on, duty.provisional) == (date(2027, 1, 5), True)
    enter_2027(date(2027, 1, 1), date(2027, 1, 4))
    duty.refresh_from_db()
    assert (duty.due_on, duty.provisional) == (date(2027, 1, 6), False)
    assert changes(duty) == [(date(2027, 1, 5), date(2027, 1, 6), Cause.ARRANGEMENT)]
    assert Event.objects.filter(verb="duties.counted_anew").count() == 1


def test_an_arrangement_that_confirms_the_date_makes_it_final_without_a_change(owe):
    duty = owe(date(2026, 12, 21))
    enter_2027(date(2027, 1, 1))
    duty.refresh_from_db()
    assert (duty.due_on, duty.provisional, changes(duty)) == (date(2027, 1, 5), False, [])


def test_withdrawing_an_arrangement_recomputes_as_well(owe):
    arrangement = enter_2027(date(2027, 1, 1), date(2027, 1, 4))
    duty = owe(date(2026, 12, 21))
    withdraw_arrangement(arrangement, at=AT)
    duty.refresh_from_db()
    assert (duty.due_on, duty.provisional) == (date(2027, 1, 5), True)


def test_a_paused_duty_is_open_and_recomputed(owe, page):
    duty = owe(date(2026, 12, 21))
    pause_duty(page, REPORT, on=date(2026, 12, 22))
    enter_2027(date(2027, 1, 1), date(2027, 1, 4))
    duty.refresh_from_db()
    assert duty.due_on == date(2027, 1, 6)


@pytest.mark.parametrize("close", [meet_duty, cancel_duty])
def test_a_closed_duty_keeps_its_date(owe, page, close):
    duty = owe(date(2026, 12, 21))
    close(page, REPORT, on=date(2026, 12, 22))
    enter_2027(date(2027, 1, 1), date(2027, 1, 4))
    duty.refresh_from_db()
    assert (duty.due_on, duty.provisional) == (date(2027, 1, 5), True)


def test_recomputing_twice_moves_nothing(owe):
    owe(date(2026, 12, 21))
    assert recompute_open_duties(AT) == 0
    assert DueDateChange.objects.count() == 0


# Warnings


@pytest.mark.parametrize(
    ("today", "rows"),
    [
        (date(2026, 9, 28), 0),
        (date(2026, 9, 29), 1),
        (date(2026, 10, 7), 1),
        (date(2026, 10, 8), 3),
        (date(2026, 10, 30), 3),
    ],
)
def test_a_missed_night_loses_no_warning_and_a_second_run_adds_none(duty, today, rows):
    assert note_warnings(today) == rows
    assert note_warnings(today) == 0
    assert Warning.objects.count() == rows


def test_a_warning_is_sent_once(duty):
    note_warnings(date(2026, 9, 29))
    warning = unsent_warnings().get()
    assert mark_warning_sent(warning, at=AT)
    assert not mark_warning_sent(warning, at=AT)
    assert list(unsent_warnings()) == []


def test_nobody_is_warned_of_what_is_met_paused_or_cancelled(duty, page):
    note_warnings(date(2026, 9, 29))
    meet_duty(page, REPORT, on=date(2026, 9, 29))
    assert list(unsent_warnings()) == []
    assert note_warnings(date(2026, 10, 8)) == 0


def test_a_due_date_that_moved_is_warned_of_again_and_the_old_warning_dropped(duty, page):
    note_warnings(date(2026, 9, 29))
    pause_duty(page, REPORT, on=date(2026, 9, 29))
    duty = resume_duty(page, REPORT, on=date(2026, 10, 12))
    assert list(unsent_warnings()) == []
    note_warnings(duty.due_on)
    assert {warning.due_on for warning in unsent_warnings()} == {duty.due_on}


# What the database itself refuses


@pytest.mark.parametrize(
    "fields",
    [
        {"due_on": STARTED},
        {"state": State.MET},
        {"met_on": DUE},
        {"state": State.MET, "met_on": date(2026, 10, 10)},
        {"state": State.MET_LATE, "met_on": DUE},
    ],
)
def test_the_database_refuses_a_duty_that_contradicts_itself(duty, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(**fields)


def test_the_database_refuses_a_second_duty_of_a_kind_on_one_subject(duty):
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(
            kind=duty.kind,
            content_type=ContentType.objects.get(pk=duty.content_type_id),
            object_id=duty.object_id,
            title="x",
            started_on=STARTED,
            working_days=10,
            due_on=DUE,
        )


@pytest.mark.parametrize(
    "fields",
    [{"started_on": DUE, "ended_on": STARTED}, {"started_on": STARTED, "ended_on": None}],
)
def test_the_database_refuses_a_clock_that_runs_backwards_or_twice(duty, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(duty=duty, kind="running", **fields)
