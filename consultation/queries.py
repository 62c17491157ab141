from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from . import rules
from .enums import Channel, Verdict
from .models import ConsultationPage, DecisionPage, Opinion, OpinionGroup

REPORT_SLUG = "adoption-report"


def consultations_with_status(locale: Locale, at: datetime) -> list[dict]:
    """The live consultations of one language, each with its state; open ones by closing day.

    Three queries however many there are.
    """
    pages = list(
        ConsultationPage.objects.live()
        .public()
        .filter(locale=locale)
        .select_related("department", "locale")
        .order_by("closes_at")
    )
    answered = _paths_of_answered(locale)
    return [_card(page, page.path[: -Page.steplen] in answered, at) for page in pages]


def _paths_of_answered(locale: Locale) -> set[str]:
    reports = Page.objects.live().filter(slug=REPORT_SLUG, locale=locale)
    return {path[: -Page.steplen] for path in reports.values_list("path", flat=True)}


def _card(page: ConsultationPage, answered: bool, at: datetime) -> dict:
    status = rules.status_of(page.opens_at, page.closes_at, answered, at)
    return {
        "page": page,
        "title": page.title,
        "url": page.url,
        "status": status.value,
        "status_label": status.label,
        "days_left": page.days_left(at),
        "department": page.department,
        "opens_at": page.opens_at,
        "closes_at": page.closes_at,
    }


def live_consultation(year: int, slug: str) -> ConsultationPage | None:
    """The public consultation at ``/decisions/<year>/<slug>/consultation/``, in one query."""
    return (
        ConsultationPage.objects.live()
        .public()
        .filter(
            locale__language_code=get_language(),
            url_path__endswith=f"/decisions/{year}/{slug}/consultation/",
        )
        .select_related("locale", "department")
        .first()
    )


def totals_of(consultation: ConsultationPage) -> rules.Totals:
    """The numbers of the report, counted in the database in one query."""
    by_verdict = {f"verdict_{v}": Count("pk", Q(verdict=v) & _COUNTED) for v in Verdict.values}
    by_channel = {f"channel_{c}": Count("pk", Q(channel=c) & _COUNTED) for c in Channel.values}
    found = Opinion.objects.filter(consultation=consultation).aggregate(
        received=Count("pk", _COUNTED),
        withdrawn=Count("pk", ~_COUNTED),
        **by_verdict,
        **by_channel,
    )
    return rules.Totals(
        received=found["received"],
        withdrawn=found["withdrawn"],
        by_verdict={v: found[f"verdict_{v}"] for v in Verdict.values},
        by_channel={c: found[f"channel_{c}"] for c in Channel.values},
    )


_COUNTED = Q(withdrawn_at__isnull=True)


def groups_with_counts(consultation: ConsultationPage) -> QuerySet[OpinionGroup]:
    return OpinionGroup.objects.filter(consultation=consultation).annotate(
        count=Count("opinions", filter=Q(opinions__withdrawn_at__isnull=True))
    )


def counted_opinions(consultation: ConsultationPage) -> Iterator[Opinion]:
    """Every opinion that counts, in the order it came; streamed, without author or contact."""
    return (
        Opinion.objects.filter(consultation=consultation)
        .counted()
        .order_by("pk")
        .only("pk", "channel", "text", "verdict", "verdict_reason", "group_id", "article_label")
        .iterator(chunk_size=2000)
    )


def decision_of(consultation: ConsultationPage) -> DecisionPage:
    return consultation.get_parent().specific
