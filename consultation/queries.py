from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from . import rules
from .enums import DraftKind
from .models import ConsultationPage, DraftVersion

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
        .annotate(current_version_id=_current_version())
        .defer_streamfields()
        .first()
    )


def _current_version() -> Subquery:
    """With the page itself: taking in an opinion asks for it every time."""
    drafts = DraftVersion.objects.filter(consultation=OuterRef("pk"), kind=DraftKind.DRAFT)
    return Subquery(drafts.order_by("-number").values("pk")[:1])
