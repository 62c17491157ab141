from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import F
from django.urls import reverse
from wagtail.models import Page

from cms.workdays.queries import calendar
from cms.workdays.rules import Calendar, Counted

from . import kinds, rules
from .enums import Colour, SegmentKind, State
from .models import Duty, DutyQuerySet, Warning


@dataclass(frozen=True)
class Standing:
    """How a duty stands on a day: everything a clock has to show (rulebook T8)."""

    duty: Duty
    days_used: int
    days_paused: int
    days_left: int
    colour: Colour | None

    @property
    def days_overdue(self) -> int:
        return max(0, -self.days_left)

    @property
    def edit_url(self) -> str:
        """Where the subject is edited, when it is a page."""
        model = self.duty.content_type.model_class()
        if model and issubclass(model, Page):
            return reverse("wagtailadmin_pages:edit", args=[self.duty.object_id])
        return ""


def duty_of(subject: models.Model, kind: str | kinds.DutyKind) -> Duty | None:
    """The duty of this kind about the subject, if it was ever owed."""
    return Duty.objects.about(subject).filter(kind=kinds.get(kind).code).first()


def explain(duty: Duty, known: Calendar | None = None) -> Counted:
    """Why this date: the count day by day. One query for the calendar unless it is given."""
    return rules.due_date(list(duty.segments.all()), duty.working_days, known or calendar())


def standings(duties: Iterable[Duty], today: date) -> list[Standing]:
    """How each duty stands today, with one calendar for all. Prefetch `segments`."""
    known = calendar()
    return [_standing(duty, today, known) for duty in duties]


def board(user, today: date) -> list[Standing]:
    """The open duties the user answers for, the most urgent first."""
    return standings(visible_duties(user).open().most_urgent_first(), today)


def visible_duties(user) -> DutyQuerySet:
    """A department sees its own duties; who belongs to none sees all."""
    duties = Duty.objects.select_related("department", "content_type").prefetch_related("segments")
    return duties.filter(department=user.department_id) if user.department_id else duties


def unsent_warnings():
    """The warnings to send: of duties still running, and for the date they are due today."""
    return Warning.objects.filter(
        sent_at=None, duty__state=State.RUNNING, due_on=F("duty__due_on")
    ).select_related("duty", "duty__department")


def _standing(duty: Duty, today: date, known: Calendar) -> Standing:
    segments = list(duty.segments.all())
    until = _counted_until(duty, segments, today)
    used = rules.days_used(rules.due_date(segments, duty.working_days, known), until)
    left = (
        duty.working_days - used
        if duty.state == State.PAUSED
        else rules.days_left(until, duty.due_on, known)
    )
    return Standing(
        duty=duty,
        days_used=used,
        days_paused=rules.days_paused(segments, until if duty.met_on else today),
        days_left=left,
        colour=rules.colour(left) if duty.state == State.RUNNING else None,
    )


def _counted_until(duty: Duty, segments: list, today: date) -> date:
    if duty.met_on:
        return duty.met_on
    last = segments[-1]
    if last.kind == SegmentKind.PAUSED and last.ended_on is None:
        return min(today, last.started_on)
    return min(today, last.ended_on or today)
