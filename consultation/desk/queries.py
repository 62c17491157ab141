"""What the departments' desk asks the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, Func, Q, QuerySet, Sum, TextField
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone
from wagtail.models import Page

from cms.accounts.models import User
from cms.duties.models import Duty, content_type_of
from cms.duties.queries import Standing, standings
from cms.intake.models import Receipt
from cms.intake.rules import grouped, normalised
from cms.workdays.queries import calendar
from cms.workdays.rules import nth_working_day

from .. import rules
from ..duties import ADOPTION_REPORT
from ..enums import ConsultationStatus, Queue, SuggestionState, Verdict
from ..models import (
    ConsultationPage,
    GroupingRun,
    GroupSuggestion,
    Opinion,
    OpinionAddition,
    OpinionCount,
    OpinionGroup,
    StandardWording,
    SuggestedMember,
)
from ..queries import REPORT_SLUG, is_answered, last_reading, later_than
from .pagination import capped_count

EXCERPT = 90
SOON = 3  # working days
FOUND_ELSEWHERE = 1000
PAIRS = ArrayField(TextField())


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
    """An officer's own department's, and those of which something was handed to it for advice;
    who belongs to none sees all. The last to close first."""
    pages = ConsultationPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    if user.department_id is not None and not user.is_superuser:
        handed = Opinion.objects.filter(handed_to=user.department_id).values("consultation")
        pages = pages.filter(Q(department_id=user.department_id) | Q(pk__in=handed))
    return pages.select_related("department").order_by("-closes_at", "-pk")


def desk_lines(consultations: Iterable[ConsultationPage], at: datetime) -> list[DeskLine]:
    """Each consultation with its numbers; five queries however many there are."""
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
    """Received and undecided, less the withdrawn."""
    counts = OpinionCount.objects.counted().filter(consultation__in=[page.pk for page in pages])
    pending = Sum("number", filter=Q(verdict=Verdict.PENDING), default=0)
    rows = counts.order_by().values_list("consultation").annotate(n=Sum("number"), pending=pending)
    return {key: (received, undecided) for key, received, undecided in rows}


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


def leads(user, consultation: ConsultationPage) -> bool:
    """Whether the official's department answers for the consultation."""
    is_own = user.department_id in (None, consultation.department_id)
    return is_own or user.is_superuser


def opinions_of(consultation: ConsultationPage, user=None) -> QuerySet[Opinion]:
    """The opinions in the order they came. Filters and searches go on from here.

    A department that does not lead sees what was handed to it for advice, and nothing else.
    """
    opinions = Opinion.objects.filter(consultation=consultation).order_by("pk")
    if user is None or leads(user, consultation):
        return opinions
    return opinions.filter(handed_to=user.department_id)


def in_queue(opinions: QuerySet[Opinion], queue: str, user, today: date) -> QuerySet[Opinion]:
    """One of the queues by which officers find their work."""
    waiting = opinions.undecided()
    if queue == Queue.MINE:
        return waiting.filter(assignee=user)
    if queue == Queue.UNASSIGNED:
        return waiting.filter(assignee=None)
    if queue == Queue.DUE_SOON:
        soon = nth_working_day(today, SOON, calendar()).day
        return waiting.filter(work_due_on__lte=soon)
    if queue == Queue.MY_GROUPS:
        return opinions.counted().filter(group__assignee=user)
    if queue == Queue.ADVICE:
        return waiting.filter(handed_to__isnull=False)
    if queue == Queue.SUGGESTED:
        suggested = SuggestedMember.objects.filter(suggestion__state=SuggestionState.OPEN)
        return opinions.filter(group=None, pk__in=suggested.values("opinion"))
    return opinions


def listed(opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Only what a list shows: an excerpt of the text, nothing of the receipt."""
    return (
        opinions.annotate(excerpt=Substr("text", 1, EXCERPT + 1))
        .select_related("group", "assignee", "campaign")
        .only(
            "consultation_id",
            "received_at",
            "channel",
            "article_label",
            "verdict",
            "withdrawn_at",
            "part_of_id",
            "part_number",
            "work_due_on",
            "group__title",
            "campaign_id",
            "assignee__first_name",
            "assignee__last_name",
            "assignee__username",
        )
        .prefetch_related("tags")
    )


def search(opinions: QuerySet[Opinion], words: str) -> QuerySet[Opinion]:
    """Those that hold the words, or have them as their number.

    On PostgreSQL the pairs of characters are looked up in an index, and only what has them all
    is read; one character alone is read for.
    """
    said = Q(text__icontains=words) | Q(reasons__icontains=words)
    if connection.vendor == "postgresql" and len(words) > 1:
        said &= Q(pairs__contains=_pairs(words))
        opinions = opinions.alias(
            pairs=Func("text", "reasons", function="opinion_pairs", output_field=PAIRS)
        )
    elsewhere = _found_elsewhere(opinions, words)
    return opinions.filter(said | Q(pk__in=elsewhere) if elsewhere else said)


def _found_elsewhere(opinions: QuerySet[Opinion], words: str) -> list[int]:
    """Those with the words in an addition, or as their own, their receipt's or their list's
    number. Looked up first: in one condition with the text, no index would be used.
    """
    additions = OpinionAddition.objects.filter(text__icontains=words)
    found = set(additions.values_list("opinion", flat=True)[:FOUND_ELSEWHERE])
    listed = Opinion.objects.exclude(external_key="").filter(external_key=words)
    found.update(listed.values_list("pk", flat=True)[:FOUND_ELSEWHERE])
    if number := normalised(words):
        receipts = Receipt.objects.filter(number=grouped(number)).values_list("opinion", flat=True)
        found.update(key for key in receipts if key)
    if words.isascii() and words.isdigit() and len(words) < 19:
        found.add(int(words))
    return sorted(found)


def _pairs(words: str) -> list[str]:
    lower = words.lower()
    return sorted({lower[at : at + 2] for at in range(len(lower) - 1)})


@dataclass(frozen=True)
class Neighbours:
    """The nearest opinions of a queue that wait for a verdict, and how many wait in all."""

    previous: int | None
    next: int | None
    undecided: int
    undecided_are_more: bool


def neighbours_of(opinion: Opinion, queue: QuerySet[Opinion]) -> Neighbours:
    waiting = queue.undecided()
    keys = waiting.values_list("pk", flat=True)
    count, more = capped_count(waiting)
    return Neighbours(
        previous=keys.filter(pk__lt=opinion.pk).order_by("-pk").first(),
        next=keys.filter(pk__gt=opinion.pk).order_by("pk").first(),
        undecided=count,
        undecided_are_more=more,
    )


def wordings_for(user) -> QuerySet[StandardWording]:
    """统一口径 that the official may use: for all departments, and for the own."""
    used = StandardWording.objects.filter(in_use=True).select_related("author", "department")
    if user.department_id is None:
        return used
    return used.filter(Q(department=None) | Q(department=user.department_id))


def colleagues(consultation: ConsultationPage) -> QuerySet[User]:
    """Whom work can be assigned to: the officers of the department that leads."""
    officers = User.objects.filter(department=consultation.department_id, is_active=True)
    return officers.order_by("username")


@dataclass(frozen=True)
class GroupLine:
    group: OpinionGroup
    count: int
    people: int
    is_concentrated: bool
    lacks_signature: bool


def group_lines(
    consultation: ConsultationPage, total: int, *, people: bool = True
) -> list[GroupLine]:
    """The groups, the largest first, each with its numbers and whether it is 较为集中.

    ``total``: the opinions of the consultation that count. Without ``people`` they are told apart
    only where the threshold asks for several.
    """
    groups = OpinionGroup.objects.filter(consultation=consultation)
    threshold = consultation.threshold
    groups = groups.select_related("assignee", "countersigned_by")
    counted = groups.counted(people=people or threshold.people > 1)
    return [group_line(group, total, threshold) for group in counted]


def counted_in(consultation: ConsultationPage) -> int:
    """The opinions that count: received, less what was withdrawn."""
    return _numbers([consultation]).get(consultation.pk, (0, 0))[0]


def group_line(group: OpinionGroup, total: int, threshold: rules.Threshold) -> GroupLine:
    """``group`` as `counted` makes it; ``total``: the opinions that count."""
    concentrated = threshold.is_reached(group.count, total, group.people)
    needs = rules.needs_countersignature(group.verdict, group.refused, concentrated)
    return GroupLine(
        group=group,
        count=group.count,
        people=group.people,
        is_concentrated=concentrated,
        lacks_signature=needs and group.countersigned_by_id is None,
    )


@dataclass(frozen=True)
class GroupFigures:
    """A group counted every way: points, texts, people, copies; and by way and verdict."""

    points: int
    texts: int
    people: int
    copied: int
    channels: dict[str, int]
    verdicts: dict[str, int]


def group_figures(group: OpinionGroup) -> GroupFigures:
    """Two queries over the members that count."""
    members = group.opinions.counted().order_by()
    rows = list(members.values_list("channel", "verdict").annotate(n=Count("*")))
    numbers = members.aggregate(
        texts=Count(Coalesce("part_of", "pk"), distinct=True),
        people=Count("person", distinct=True),
        copied=Count("pk", filter=Q(campaign__isnull=False)),
    )
    channels, verdicts = Counter(), Counter()
    for channel, verdict, count in rows:
        channels[channel] += count
        verdicts[verdict] += count
    return GroupFigures(
        points=sum(channels.values()), channels=channels, verdicts=verdicts, **numbers
    )


def open_suggestions(consultation: ConsultationPage) -> QuerySet[GroupSuggestion]:
    """What waits for a yes or no, the largest first."""
    found = GroupSuggestion.objects.filter(
        consultation=consultation, state=SuggestionState.OPEN
    ).select_related("group", "run")
    return found.annotate(count=Count("members")).order_by("-count", "pk")


def last_run(consultation: ConsultationPage) -> GroupingRun | None:
    return consultation.grouping_runs.first()


@dataclass(frozen=True)
class Arrivals:
    """What came since the opinions were last read for groups, and whether it will be offered."""

    reading: GroupingRun
    count: int
    is_more: bool
    offered: bool


def arrivals(consultation: ConsultationPage) -> Arrivals | None:
    """None before a person has had the opinions read."""
    reading = last_reading(consultation)
    if reading is None:
        return None
    count, more = capped_count(later_than(reading))
    return Arrivals(reading, count, more, offered=not is_answered(consultation))
