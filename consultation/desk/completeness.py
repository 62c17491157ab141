"""What still stands between a consultation and its published report, each with a way to it."""

from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import NEEDS_REASON, ConsultationStatus, Verdict
from ..models import AdoptionReportPage, ConsultationPage
from .queries import DeskLine, GroupLine, group_lines


@dataclass(frozen=True)
class Step:
    """One thing the report needs: done, or where to do it."""

    text: str | Promise
    done: bool
    url: str = ""


@dataclass(frozen=True)
class Completeness:
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def percent(self) -> int:
        return self.done * 100 // len(self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def missing(self) -> list[Step]:
        return [step for step in self.steps if not step.done]


def completeness(consultation: ConsultationPage, line: DeskLine) -> Completeness:
    """``line``: how the consultation stands (`queries.desk_lines`)."""
    desk = reverse("opinions:desk", args=[consultation.pk])
    groups = [each for each in group_lines(consultation) if each.is_concentrated]
    report = AdoptionReportPage.objects.child_of(consultation.get_parent()).first()
    return Completeness(
        [
            _closed(line),
            _decided(line, desk),
            *_groups(consultation, groups),
            _issued(consultation, line),
            *_report(consultation, report, line),
        ]
    )


def _closed(line: DeskLine) -> Step:
    open_now = line.status in (ConsultationStatus.OPEN, ConsultationStatus.SCHEDULED)
    if open_now:
        return Step(_("The consultation is still open."), done=False)
    return Step(_("The consultation has closed."), done=True)


def _decided(line: DeskLine, desk: str) -> Step:
    if not line.undecided:
        return Step(_("Every opinion has its verdict."), done=True)
    text = ngettext(
        "%(n)d opinion has no verdict yet.", "%(n)d opinions have no verdict yet.", line.undecided
    )
    url = f"{desk}?verdict=pending&withdrawn=false"
    return Step(text % {"n": line.undecided}, done=False, url=url)


def _groups(consultation: ConsultationPage, groups: list[GroupLine]) -> list[Step]:
    missing = [step for line in groups if (step := _missing(consultation, line))]
    return missing or [Step(_("Every concentrated opinion has its answer."), done=True)]


def _missing(consultation: ConsultationPage, line: GroupLine) -> Step | None:
    group = line.group
    url = reverse("opinions:group", args=[consultation.pk, group.pk])
    named = {"group": group.title}
    if group.verdict == Verdict.PENDING:
        return Step(_("“%(group)s” has no verdict yet.") % named, done=False, url=url)
    if group.verdict in NEEDS_REASON and not group.reason:
        return Step(_("“%(group)s” lacks its reason.") % named, done=False, url=url)
    if line.lacks_signature:
        return Step(_("“%(group)s” lacks the second signature.") % named, done=False, url=url)
    return None


def _issued(consultation: ConsultationPage, line: DeskLine) -> Step:
    if line.report_duty:
        return Step(_("The decision has been recorded."), done=True)
    url = reverse("opinions:decision", args=[consultation.pk])
    return Step(_("The decision has not been recorded."), done=False, url=url)


def _report(consultation: ConsultationPage, report, line: DeskLine) -> list[Step]:
    if report is None:
        return [
            Step(_("The report has not been made."), done=False),
            Step(_("The report is not public."), done=False),
        ]
    url = reverse("wagtailadmin_pages:edit", args=[report.pk])
    made = consultation.snapshots.aggregate(last=Max("made_at"))["last"]
    decided = consultation.opinions.aggregate(last=Max("decided_at"))["last"]
    is_stale = decided is not None and (made is None or decided > made)
    fresh = (
        Step(_("Verdicts have changed since the report was made: make it again."), done=False)
        if is_stale
        else Step(_("The report has been made."), done=True, url=url)
    )
    public = (
        Step(_("The report is public."), done=True)
        if report.live
        else Step(_("The report is not public: have it reviewed and released."), False, url)
    )
    return [fresh, public]
