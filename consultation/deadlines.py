"""The clock in the open: what was owed to whom by when in a year, kept, late or open (A1, V.3)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from wagtail.models import Page

from cms.duties.enums import FULFILLED, State
from cms.duties.models import Duty, content_type_of
from cms.duties.queries import Standing, standings

from .duties import ADOPTION_REPORT
from .enums import Standing as Told
from .models import AdoptionReportPage, ConsultationPage, DecisionCataloguePage


@dataclass(frozen=True)
class Entry:
    """One consultation and the report owed on it; ``due_on`` is None before the decision."""

    page: ConsultationPage
    told: Told
    issued_on: date | None = None
    due_on: date | None = None
    provisional: bool = False
    met_on: date | None = None
    days_left: int | None = None
    report: AdoptionReportPage | None = None

    @property
    def label(self) -> str | Promise:
        return self.told.label

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def reason(self) -> str:
        """Why it was late, as the published report says; nothing unreviewed is told."""
        return self.report.lateness_reason if self.report and self.told == Told.LATE else ""


def catalogues(locale) -> list[DecisionCataloguePage]:
    """The years that have a public catalogue, the latest first."""
    pages = DecisionCataloguePage.objects.live().public().filter(locale=locale)
    return list(pages.order_by("-year"))


def deadlines_of(catalogue: DecisionCataloguePage, at: datetime) -> list[Entry]:
    """Every public consultation of the year: what is overdue or open first, then what is done.

    Six queries however many there are.
    """
    pages = list(
        ConsultationPage.objects.live()
        .public()
        .descendant_of(catalogue)
        .select_related("department", "locale")
        .defer_streamfields()
        .order_by("closes_at")
    )
    reports = _reports(catalogue)
    clocks = _clocks(pages, timezone.localdate(at))
    entries = [
        _entry(page, clocks.get(page.translation_key), reports.get(page.path[: -Page.steplen]))
        for page in pages
    ]
    order = list(Told)
    return sorted(entries, key=lambda entry: (order.index(entry.told), entry.due_on or date.max))


def _reports(catalogue: DecisionCataloguePage) -> dict[str, AdoptionReportPage]:
    found = AdoptionReportPage.objects.live().public().descendant_of(catalogue)
    return {page.path[: -Page.steplen]: page for page in found.defer_streamfields()}


def _clocks(pages: list[ConsultationPage], today: date) -> dict:
    """Translation key → how the duty to report stands; duties are about the first language."""
    keys = {page.translation_key: page for page in pages}
    rows = ConsultationPage.objects.filter(translation_key__in=keys)
    originals = dict(rows.values_list("pk", "translation_key"))
    if not pages:
        return {}
    duties = (
        Duty.objects.filter(
            kind=ADOPTION_REPORT.code,
            content_type=content_type_of(pages[0]),
            object_id__in=originals,
        )
        .exclude(state=State.CANCELLED)
        .prefetch_related("segments")
    )
    return {originals[standing.duty.object_id]: standing for standing in standings(duties, today)}


def _entry(
    page: ConsultationPage, clock: Standing | None, report: AdoptionReportPage | None
) -> Entry:
    if clock is None:
        return Entry(page, Told.ANSWERED if report else Told.NOT_YET, report=report)
    duty = clock.duty
    is_met = duty.state in FULFILLED
    return Entry(
        page,
        _told(duty, clock),
        issued_on=duty.started_on,
        due_on=duty.due_on,
        provisional=duty.provisional,
        met_on=duty.met_on,
        days_left=None if is_met else clock.days_left,
        report=report,
    )


def _told(duty: Duty, clock: Standing) -> Told:
    if duty.state in FULFILLED:
        return Told.LATE if duty.state == State.MET_LATE else Told.KEPT
    return Told.OVERDUE if clock.days_left < 0 else Told.RUNNING


def numbers_of(entries: list[Entry]) -> list[tuple[str | Promise, int]]:
    """How many there are of each, in the order of the list; those that count for nothing out."""
    return [(told.label, sum(entry.told == told for entry in entries)) for told in Told]
