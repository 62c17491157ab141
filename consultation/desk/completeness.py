"""What still stands between a consultation and its published report, each with a way to it."""

from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.clearance.enums import PUBLISHABLE

from ..enums import NEEDS_REASON, ConsultationStatus, Verdict
from ..models import AdoptionReportPage, ConsultationPage
from ..totals import faults_of
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
    lines = group_lines(consultation, line.received, people=False)
    groups = [each for each in lines if each.is_concentrated]
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
    draft = report.get_latest_revision_as_object()
    if _is_stale(consultation, draft.snapshot, line):
        text = _("Verdicts have changed since the report was made: make it again.")
        return [Step(text, done=False), Step(_("The report is not public."), done=False)]
    return [
        Step(_("The report has been made."), done=True, url=url),
        *_of_content(draft, report, url),
        _public(draft, report, url),
    ]


def _is_stale(consultation: ConsultationPage, snapshot, line: DeskLine) -> bool:
    """Whether anything that the report counts has changed; the gate itself compares every line."""
    if snapshot is None or sum(snapshot.data["by_verdict"].values()) != line.received:
        return True
    opinions = consultation.opinions.aggregate(Max("decided_at"), Max("withdrawn_at"))
    groups = consultation.opinion_groups.aggregate(Max("decided_at"), Max("countersigned_at"))
    moments = (*opinions.values(), *groups.values())
    return any(moment is not None and moment > snapshot.made_at for moment in moments)


def _of_content(draft, report, url: str) -> list[Step]:
    """What the editor still has to write; nothing where all is written."""
    missing = []
    if faults_of(draft.snapshot.data):
        missing.append(_("The numbers do not add up."))
    if draft.disclosure_attribute not in PUBLISHABLE:
        missing.append(_("The disclosure attribute does not allow publication."))
    if not report.live and draft.is_late(timezone.localdate()) and not draft.lateness_reason:
        missing.append(_("The report is late: the reason for lateness is missing."))
    if draft.is_corrected_without_saying():
        missing.append(_("This report is public: say what the new edition corrects, and why."))
    return [Step(text, done=False, url=url) for text in missing]


def _public(draft, report, url: str) -> Step:
    if report.live and draft.content_digest() == report.content_digest():
        return Step(_("The report is public."), done=True)
    review = draft.review_of_content()
    if review is None:
        text = _("The report has not been reviewed for confidentiality.")
    elif review.signer_id is None:
        text = _("The report has been reviewed; the signing leader has not released it.")
    else:
        text = _("The report has been released and can be published.")
    return Step(text, done=False, url=url)
