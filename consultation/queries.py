from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length, Substr
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from . import rules
from .enums import ConsultationStatus, DraftKind, RunState
from .models import ConsultationPage, DraftVersion, GroupingRun, Opinion

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


def with_answered(pages: QuerySet) -> QuerySet:
    """Consultations, each with ``answered``: whether its report is public."""
    above = Substr("path", 1, Length("path") - Page.steplen)
    reports = Page.objects.live().filter(slug=REPORT_SLUG).annotate(above=above)
    return pages.annotate(above=above).annotate(
        answered=Exists(reports.filter(above=OuterRef("above"), depth=OuterRef("depth")))
    )


def is_answered(consultation: ConsultationPage) -> bool:
    """Whether its report is public."""
    page = ConsultationPage.objects.filter(pk=consultation.pk)
    return with_answered(page).filter(answered=True).exists()


def in_state(pages: QuerySet, status: ConsultationStatus, at: datetime) -> QuerySet:
    """Of consultations that know whether they are answered, those in this state at a moment.

    The same as ``rules.status_of``, in the words of the database.
    """
    if status == ConsultationStatus.ANSWERED:
        return pages.filter(answered=True)
    unset = Q(opens_at=None) | Q(closes_at=None)
    states = {
        ConsultationStatus.SCHEDULED: unset | Q(opens_at__gt=at),
        ConsultationStatus.OPEN: Q(opens_at__lte=at, closes_at__gt=at),
        ConsultationStatus.CLOSED: Q(opens_at__lte=at, closes_at__lte=at),
    }
    return pages.filter(states[status], answered=False)


def last_reading(consultation: ConsultationPage) -> GroupingRun | None:
    """The last time that its opinions were read for groups to the end."""
    return consultation.grouping_runs.filter(state=RunState.DONE).first()


def came_since(reading: GroupingRun) -> int:
    """Opinions that a reading does not know: those with later numbers, and those that were on
    their way with an earlier one while it read."""
    late = 0
    if reading.read_up_to is not None:
        rows = Opinion.objects.filter(consultation=reading.consultation_id)
        late = rows.filter(pk__lte=reading.read_up_to).count() - reading.rows_read
    return later_than(reading).count() + max(late, 0)


def later_than(reading: GroupingRun) -> QuerySet[Opinion]:
    """Opinions with later numbers than a reading knows; all where it does not say."""
    rows = Opinion.objects.filter(consultation=reading.consultation_id).counted()
    return rows.filter(pk__gt=reading.read_up_to or 0)


def public_sibling(page: Page, slug: str) -> Page | None:
    """The page beside it with this name, if everyone may read it."""
    return page.get_siblings().live().public().filter(slug=slug).first()


def public_child(page: Page, slug: str) -> Page | None:
    return page.get_children().live().public().filter(slug=slug).first()


def public_decision_above(page: Page) -> Page | None:
    """The dossier that a consultation or a report belongs to, if everyone may read it."""
    return page.get_ancestors().live().public().filter(depth=page.depth - 1).first()


def rating_subject(consultation: ConsultationPage) -> str:
    """What the ratings of all answers in this consultation are counted under."""
    return f"consultation.consultationpage:{consultation.pk}"
