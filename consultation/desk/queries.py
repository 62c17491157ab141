"""What the departments' desk asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone
from wagtail.models import Page

from cms.duties.models import Duty, content_type_of
from cms.duties.queries import Standing, standings
from cms.intake.rules import grouped, normalised

from .. import rules
from ..duties import ADOPTION_REPORT
from ..enums import ConsultationStatus, Verdict
from ..models import ConsultationPage, Opinion, OpinionAddition, OpinionGroup
from ..queries import REPORT_SLUG

EXCERPT = 90


@dataclass(frozen=True)
class DeskLine:
    """How one consultation stands: what an officer has to know before opening its desk."""

    consultation: ConsultationPage
    status: ConsultationStatus | None
    days_left: int
    received: int
    undecided: int
    report_duty: Standing | None

    @property
    def status_label(self) -> str:
        return self.status.label if self.status else ""


def consultations_seen_by(user) -> QuerySet[ConsultationPage]:
    """An officer's own department's; who belongs to none sees all. The last to close first."""
    pages = ConsultationPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    if user.department_id is not None and not user.is_superuser:
        pages = pages.filter(department_id=user.department_id)
    return pages.select_related("department").order_by("-closes_at", "-pk")


def desk_lines(consultations: Iterable[ConsultationPage], at: datetime) -> list[DeskLine]:
    """Each consultation with its numbers; six queries however many there are."""
    pages = list(consultations)
    numbers = _numbers(pages)
    answered = _answered(pages)
    duties = _report_duties(pages, at)
    return [_line(page, numbers, answered, duties, at) for page in pages]


def _line(page, numbers, answered, duties, at) -> DeskLine:
    received, undecided = numbers.get(page.pk, (0, 0))
    is_answered = page.path[: -Page.steplen] in answered
    status = rules.status_of(page.opens_at, page.closes_at, is_answered, at)
    return DeskLine(
        consultation=page,
        status=status if page.live else None,
        days_left=page.days_left(at) if status == ConsultationStatus.OPEN else 0,
        received=received,
        undecided=undecided,
        report_duty=duties.get(page.pk),
    )


def _numbers(pages: list[ConsultationPage]) -> dict[int, tuple[int, int]]:
    """Received and undecided, less the withdrawn: each count reads an index and no row."""
    opinions = Opinion.objects.filter(consultation__in=[page.pk for page in pages])
    withdrawn = _counts(opinions.filter(withdrawn_at__isnull=False))
    numbers = {}
    for key, verdicts in _counts(opinions).items():
        gone = withdrawn.get(key, {})
        pending = verdicts.get(Verdict.PENDING, 0) - gone.get(Verdict.PENDING, 0)
        numbers[key] = (sum(verdicts.values()) - sum(gone.values()), pending)
    return numbers


def _counts(opinions: QuerySet[Opinion]) -> dict[int, dict[str, int]]:
    """Consultation → verdict → how many."""
    rows = opinions.order_by().values("consultation", "verdict").annotate(count=Count("*"))
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["consultation"], {})[row["verdict"]] = row["count"]
    return counts


def _answered(pages: list[ConsultationPage]) -> set[str]:
    """Paths of the dossiers whose report is public."""
    dossiers = Q()
    for page in pages:
        dossiers |= Q(path__startswith=page.path[: -Page.steplen])
    reports = (
        Page.objects.live().filter(dossiers, slug=REPORT_SLUG) if pages else Page.objects.none()
    )
    return {path[: -Page.steplen] for path in reports.values_list("path", flat=True)}


def _report_duties(pages: list[ConsultationPage], at: datetime) -> dict[int, Standing]:
    if not pages:
        return {}
    duties = Duty.objects.filter(
        kind=ADOPTION_REPORT.code,
        content_type=content_type_of(pages[0]),
        object_id__in=[page.pk for page in pages],
    ).prefetch_related("segments")
    found = list(duties)
    if not found:
        return {}
    today = timezone.localdate(at)
    return {standing.duty.object_id: standing for standing in standings(found, today)}


def opinions_of(consultation: ConsultationPage) -> QuerySet[Opinion]:
    """The opinions in the order they came. Filters and searches go on from here."""
    return Opinion.objects.filter(consultation=consultation).order_by("pk")


def listed(opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Only what a list shows: an excerpt of the text, nothing of the receipt."""
    return (
        opinions.annotate(excerpt=Substr("text", 1, EXCERPT + 1))
        .select_related("group")
        .only(
            "consultation_id",
            "received_at",
            "channel",
            "article_label",
            "verdict",
            "withdrawn_at",
            "group__title",
        )
    )


def search(opinions: QuerySet[Opinion], words: str) -> QuerySet[Opinion]:
    """Those that hold the words, or have them as their number."""
    additions = OpinionAddition.objects.filter(text__icontains=words).values("opinion")
    found = Q(text__icontains=words) | Q(reasons__icontains=words) | Q(pk__in=additions)
    found |= Q(external_key=words)
    if number := normalised(words):
        found |= Q(receipt__number=grouped(number))
    if words.isascii() and words.isdigit() and len(words) < 19:
        found |= Q(pk=int(words))
    return opinions.filter(found)


@dataclass(frozen=True)
class Neighbours:
    """The nearest opinions without a verdict, and how many there are in all."""

    previous: int | None
    next: int | None
    undecided: int


def neighbours_of(opinion: Opinion) -> Neighbours:
    waiting = Opinion.objects.filter(consultation=opinion.consultation_id).undecided()
    keys = waiting.values_list("pk", flat=True)
    return Neighbours(
        previous=keys.filter(pk__lt=opinion.pk).order_by("-pk").first(),
        next=keys.filter(pk__gt=opinion.pk).order_by("pk").first(),
        undecided=waiting.count(),
    )


@dataclass(frozen=True)
class GroupLine:
    group: OpinionGroup
    count: int
    is_concentrated: bool


def group_lines(consultation: ConsultationPage) -> list[GroupLine]:
    """The groups, the largest first, each with its number and whether it is 较为集中."""
    total = Opinion.objects.filter(consultation=consultation).counted().count()
    groups = OpinionGroup.objects.filter(consultation=consultation).with_counts()
    return [
        GroupLine(group, group.count, consultation.is_concentrated(group.count, total))
        for group in groups.order_by("-count", "pk")
    ]
