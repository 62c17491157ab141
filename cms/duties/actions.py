"""What happens to a duty. Each function locks the duty, changes it, and writes one event."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone

from cms.record.actions import record
from cms.workdays.queries import calendar
from cms.workdays.rules import Calendar

from . import kinds
from .enums import FULFILLED, OPEN, Cause, SegmentKind, State
from .kinds import DutyKind
from .models import DueDateChange, Duty, Segment, Warning, content_type_of
from .rules import due_date, is_late, warnings_due


class NoSuchDuty(LookupError):
    """Nothing of this kind is owed about this subject."""


class DutyClosed(Exception):
    """The duty is met or cancelled, or not in the state the step needs."""


class OutOfOrder(ValueError):
    """A step of the clock lies before the one that came before it."""


class TooLateToPause(Exception):
    """The last day of the time limit has come: pausing would only hide the delay."""


class LatenessNeedsReason(Exception):
    """A duty met after its due date is met with a reason, which stays visible."""


@dataclass(frozen=True)
class _FirstSegment:
    started_on: date
    kind: str = SegmentKind.RUNNING
    ended_on: date | None = None


@transaction.atomic
def open_duty(
    kind: str | DutyKind,
    subject: models.Model,
    *,
    department,
    title: str,
    started_on: date,
    at: datetime,
    by=None,
) -> Duty:
    """The event of `started_on` starts a time limit about `subject`.

    Safe to call again: one subject owes one duty of a kind. A corrected starting day is counted
    anew and kept with the old date; a cancelled duty opens again.
    """
    definition = kinds.get(kind)
    counted = due_date([_FirstSegment(started_on)], definition.working_days, calendar())
    duty, is_new = Duty.objects.get_or_create(
        kind=definition.code,
        content_type=content_type_of(subject),
        object_id=subject.pk,
        defaults={
            "event": definition.event,
            "department": department,
            "title": title,
            "started_on": started_on,
            "working_days": definition.working_days,
            "due_on": counted.day,
            "provisional": counted.provisional,
        },
    )
    if is_new:
        duty.segments.create(kind=SegmentKind.RUNNING, started_on=started_on)
        _record("duties.opened", duty, by, at, due_on=str(duty.due_on))
        return duty
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    duty.department, duty.title = department, title
    _start_again(duty, started_on, by, at)
    duty.save()
    return duty


def _start_again(duty: Duty, started_on: date, by, at: datetime) -> None:
    if duty.state == State.CANCELLED:
        _begin_segment(duty, SegmentKind.RESTARTED, started_on, started_on)
        duty.state, duty.cancelled_because, duty.started_on = State.RUNNING, "", started_on
        _count_anew(duty, Cause.REOPENED, calendar(), by, at)
    elif duty.started_on != started_on:
        first = duty.segments.first()
        if first.ended_on and first.ended_on < started_on:
            raise OutOfOrder(started_on)
        first.started_on = duty.started_on = started_on
        first.save()
        _count_anew(duty, Cause.START_CHANGED, calendar(), by, at)
        _judge(duty)


@transaction.atomic
def meet_duty(
    subject: models.Model,
    kind: str | DutyKind,
    *,
    on: date,
    reason: str = "",
    by=None,
    at: datetime | None = None,
) -> Duty:
    """What was owed is done. A duty once met stays met on its first day.

    Refuses with `LatenessNeedsReason` after the due date, `DutyClosed` when it was cancelled.
    """
    duty = _locked(subject, kind)
    if duty.state in FULFILLED:
        return duty
    _must_be(duty, OPEN)
    at = at or timezone.now()
    if duty.state == State.PAUSED:
        _end_segment(duty, on)
        _count_anew(duty, Cause.RESUMED, calendar(), by, at)
    if is_late(on, duty.due_on) and not reason.strip():
        raise LatenessNeedsReason(duty)
    duty.met_on, duty.lateness_reason = on, reason.strip()
    duty.state = State.MET
    _judge(duty)
    duty.save()
    _record("duties.met", duty, by, at, met_on=str(on), due_on=str(duty.due_on), state=duty.state)
    return duty


@transaction.atomic
def explain_lateness(
    subject: models.Model, kind: str | DutyKind, *, reason: str, by=None, at: datetime
) -> Duty:
    """A duty that turned out late when its starting day was corrected gets its reason."""
    duty = _locked(subject, kind)
    _must_be(duty, (State.MET_LATE,))
    if not reason.strip():
        raise LatenessNeedsReason(duty)
    duty.lateness_reason = reason.strip()
    duty.save()
    _record("duties.lateness_explained", duty, by, at)
    return duty


@transaction.atomic
def pause_duty(
    subject: models.Model,
    kind: str | DutyKind,
    *,
    on: date,
    by=None,
    at: datetime | None = None,
) -> Duty:
    """The clock stops after `on`, as while third parties are asked (711 Art. 33)."""
    duty = _locked(subject, kind)
    _must_be(duty, (State.RUNNING,))
    if on >= duty.due_on:
        raise TooLateToPause(duty)
    _begin_segment(duty, SegmentKind.PAUSED, on)
    duty.state = State.PAUSED
    duty.save()
    _record("duties.paused", duty, by, at, on=str(on))
    return duty


@transaction.atomic
def resume_duty(
    subject: models.Model,
    kind: str | DutyKind,
    *,
    on: date,
    by=None,
    at: datetime | None = None,
) -> Duty:
    """The clock goes on after `on`."""
    duty = _locked(subject, kind)
    _must_be(duty, (State.PAUSED,))
    _begin_segment(duty, SegmentKind.RUNNING, on)
    duty.state = State.RUNNING
    _record("duties.resumed", duty, by, at, on=str(on))
    _count_anew(duty, Cause.RESUMED, calendar(), by, at)
    duty.save()
    return duty


@transaction.atomic
def restart_duty(
    subject: models.Model,
    kind: str | DutyKind,
    *,
    on: date,
    by=None,
    at: datetime | None = None,
) -> Duty:
    """The whole time limit is counted anew from `on`, as after a correction (711 Art. 30)."""
    duty = _locked(subject, kind)
    _must_be(duty, OPEN)
    _begin_segment(duty, SegmentKind.RESTARTED, on)
    duty.state = State.RUNNING
    _record("duties.restarted", duty, by, at, on=str(on))
    _count_anew(duty, Cause.RESTARTED, calendar(), by, at)
    duty.save()
    return duty


@transaction.atomic
def cancel_duty(
    subject: models.Model,
    kind: str | DutyKind,
    *,
    on: date,
    reason: str = "",
    by=None,
    at: datetime | None = None,
) -> Duty:
    """The ground of the duty has fallen away: it is no longer owed."""
    duty = _locked(subject, kind)
    _must_be(duty, OPEN)
    _end_segment(duty, on)
    duty.state, duty.cancelled_because = State.CANCELLED, reason.strip()
    duty.save()
    _record("duties.cancelled", duty, by, at, on=str(on))
    return duty


@transaction.atomic
def recompute_open_duties(at: datetime) -> int:
    """The calendar has changed: every open duty is counted anew. Returns how many moved."""
    known = calendar()
    duties = Duty.objects.open().order_by("pk").prefetch_related("segments").select_for_update()
    moved = 0
    for duty in duties:
        if _count_anew(duty, Cause.ARRANGEMENT, known, None, at):
            duty.save()
            moved += 1
    return moved


@transaction.atomic
def note_warnings(today: date) -> int:
    """Every warning that has fallen due becomes a row. Safe to run twice, or days late.

    Returns how many rows were added.
    """
    known = calendar()
    before = Warning.objects.count()
    Warning.objects.bulk_create(
        (
            Warning(
                duty=duty,
                due_on=duty.due_on,
                working_days_left=warning.working_days_left,
                falls_on=warning.falls_on,
                level=warning.level,
            )
            for duty in Duty.objects.running()
            for warning in warnings_due(duty.due_on, duty.definition.warn_at, today, known)
        ),
        ignore_conflicts=True,
    )
    return Warning.objects.count() - before


def mark_warning_sent(warning: Warning, *, at: datetime) -> bool:
    """The warning has been handed on. False when another process was first."""
    return bool(Warning.objects.filter(pk=warning.pk, sent_at=None).update(sent_at=at))


def _locked(subject: models.Model, kind: str | DutyKind) -> Duty:
    code = kinds.get(kind).code
    duty = Duty.objects.about(subject).select_for_update().filter(kind=code).first()
    if duty is None:
        raise NoSuchDuty(code)
    return duty


def _must_be(duty: Duty, states: tuple[State, ...]) -> None:
    if duty.state not in states:
        raise DutyClosed(duty.state)


def _end_segment(duty: Duty, on: date) -> None:
    last = duty.segments.last()
    if last.ended_on is None:
        last.ended_on = max(on, last.started_on)
        last.save()


def _begin_segment(duty: Duty, kind: SegmentKind, on: date, not_before: date | None = None):
    last = duty.segments.last()
    if on < (not_before or last.ended_on or last.started_on):
        raise OutOfOrder(on)
    _end_segment(duty, on)
    Segment.objects.create(duty=duty, kind=kind, started_on=on)


def _count_anew(duty: Duty, cause: Cause, known: Calendar, by, at: datetime | None) -> bool:
    """Whether the due date, or its being provisional, changed. The caller saves the duty."""
    at = at or timezone.now()
    counted = due_date(list(duty.segments.all()), duty.working_days, known)
    old = duty.due_on
    if (counted.day, counted.provisional) == (old, duty.provisional):
        return False
    duty.due_on, duty.provisional = counted.day, counted.provisional
    if counted.day != old:
        DueDateChange.objects.create(duty=duty, old=old, new=counted.day, cause=cause, at=at)
    _record(
        "duties.counted_anew",
        duty,
        by,
        at,
        old=str(old),
        new=str(counted.day),
        cause=str(cause),
        provisional=counted.provisional,
    )
    return True


def _judge(duty: Duty) -> None:
    if duty.state in FULFILLED:
        duty.state = State.MET_LATE if is_late(duty.met_on, duty.due_on) else State.MET


def _record(verb: str, duty: Duty, by, at: datetime | None, **data) -> None:
    record(verb, duty, by=by, at=at or timezone.now(), data={"kind": duty.kind, **data})
