"""What the public pages of a consultation ask for."""

from datetime import datetime

from django import template
from django.utils import timezone

from cms.duties.enums import State
from cms.duties.queries import duty_of, explain, standings
from consultation.duties import ADOPTION_REPORT
from consultation.models import ConsultationPage
from consultation.queries import consultations_with_status

register = template.Library()

NEAR = 3  # working days


@register.simple_tag
def consultations(page, at: datetime) -> list[dict]:
    """All public consultations in the page's language, those that close last first."""
    return list(reversed(consultations_with_status(page.locale, at)))


@register.simple_tag
def chosen_article(page: ConsultationPage, form):
    """The article an opinion is about, so that its text stands beside the form."""
    key = form["article_key"].value()
    return page.article(key) if key else None


@register.simple_tag
def feedback_clock(consultation: ConsultationPage, at: datetime) -> dict | None:
    """The duty to publish the adoption report, as components/deadline.html shows it (A1)."""
    duty = duty_of(consultation.original, ADOPTION_REPORT)
    if duty is None or duty.state == State.CANCELLED:
        return None
    counted = explain(duty)
    left = standings([duty], timezone.localdate(at))[0].days_left
    return {
        "due": duty.due_on,
        "state": _state(duty, left),
        "days_left": left,
        "met_on": duty.met_on,
        "provisional": duty.provisional,
        "rule": duty.definition.source,
        "days": counted.days,
    }


def _state(duty, left: int) -> str:
    if duty.met_on:
        return "breached" if duty.met_on > duty.due_on else "met"
    if left < 0:
        return "breached"
    return "near" if left <= NEAR else "running"
