"""What the public pages of a consultation ask for."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.duties.enums import State
from cms.duties.queries import duty_of, explain, standings
from cms.intake.enums import Grade
from cms.intake.queries import public_grades
from cms.pages.charts import Bar, bar_chart
from consultation.duties import ADOPTION_REPORT
from consultation.models import ConsultationPage
from consultation.queries import consultations_with_status, rating_subject

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
def answer_grades(consultation: ConsultationPage):
    """How people rated the answers, as a chart; None while they are too few (E2)."""
    counts = public_grades(rating_subject(consultation.original))
    bars = [Bar(str(Grade(code).label), count) for code, count in counts.items()]
    if not bars:
        return None
    unit = _("Number of ratings")
    return bar_chart(_("Ratings of the answers"), bars, unit, heading=_("Grade"))


@register.simple_tag
def feedback_clock(consultation: ConsultationPage, at: datetime) -> dict | None:
    """The duty to publish the adoption report, as components/deadline.html shows it (A1)."""
    duty = duty_of(consultation.original, ADOPTION_REPORT)
    if duty is None or duty.state == State.CANCELLED:
        return None
    counted = explain(duty)
    left = standings([duty], timezone.localdate(at))[0].days_left
    state = _state(duty, left)
    return {
        "due": duty.due_on,
        "state": state,
        "reason": _public_reason(consultation) if duty.met_on and state == "breached" else "",
        "days_left": left,
        "met_on": duty.met_on,
        "provisional": duty.provisional,
        "rule": duty.definition.source,
        "days": counted.days,
    }


def _public_reason(consultation: ConsultationPage) -> str:
    """Why it was late, as the report says that was reviewed with it."""
    report = consultation.live_report
    return report.specific.lateness_reason if report else ""


def _state(duty, left: int) -> str:
    if duty.met_on:
        return "breached" if duty.met_on > duty.due_on else "met"
    if left < 0:
        return "breached"
    return "near" if left <= NEAR else "running"
