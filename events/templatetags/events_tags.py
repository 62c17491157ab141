"""What the public pages of the open day ask for."""

from datetime import datetime

from django import template

from events import months, questionnaires
from events import programme as programmes
from events.figures import figures_of
from events.models import ActivityPage, ActivityReportPage, OpenDayPage, Question

register = template.Library()
VIEWS = ("list", "calendar")


@register.simple_tag
def open_day_programme(open_day: OpenDayPage, request) -> dict:
    """The list as the reader asked for it, and what it can be asked for."""
    entries = programmes.programme(open_day, request.arrived_at)
    wish = programmes.wish_of(request.GET)
    shown = [entry for entry in entries if entry.fulfils(wish)]
    view = request.GET.get("view", "")
    return {
        "entries": shown,
        "is_empty": not entries,
        "wish": wish,
        "choices": programmes.choices_of(entries),
        "view": view if view in VIEWS else VIEWS[0],
        "months": months.months_of(shown) if view == "calendar" else [],
        "reports": [entry for entry in entries if entry.report],
        "questionnaires": questionnaires.about(
            [open_day, *(entry.page for entry in entries)], request.arrived_at
        ),
    }


@register.simple_tag
def activity_entry(page: ActivityPage, at: datetime) -> programmes.Entry:
    """An activity with its sessions, its draws, and what is left."""
    entry = programmes.entries_of([page], at, with_draws=True)[0]
    return entry


@register.simple_tag
def answered_questions(page: ActivityPage) -> list[Question]:
    """What was asked and answered; it becomes public with the report of the activity."""
    if page.live_report is None:
        return []
    return list(Question.objects.filter(activity=page.original).exclude(answer=""))


@register.simple_tag
def questionnaires_about(page: ActivityPage, at: datetime) -> list[dict]:
    """The questionnaires of one activity."""
    return questionnaires.about([page], at)


@register.simple_tag
def report_facts(report: ActivityReportPage) -> dict:
    """What a report counts and answers: the same for every reader of a language."""
    activity = report.activity
    questions = Question.objects.filter(activity=activity.original).exclude(answer="")
    return {
        "activity": activity,
        "figures": figures_of(activity.original),
        "questions": list(questions),
    }


@register.filter
def takes_sign_ups(standing: programmes.Standing, at: datetime) -> bool:
    return standing.takes_sign_ups(at)


@register.filter
def is_over(standing: programmes.Standing, at: datetime) -> bool:
    return standing.is_over(at)
