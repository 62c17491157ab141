"""The adoption report: made from the reviewed opinions, frozen, published through the gate."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.clearance.registry import follows_publication_of
from cms.duties.actions import meet_duty
from cms.duties.enums import OPEN
from cms.duties.queries import duty_of
from cms.intake.actions import keep_contact_until
from cms.record.actions import record

from .. import annex
from ..duties import ADOPTION_REPORT
from ..models import (
    AdoptionReportPage,
    AnnexRow,
    ConsultationPage,
    DecisionPage,
    Opinion,
    ReportSnapshot,
)
from ..queries import REPORT_SLUG
from ..rules import contact_kept_until
from .opinions import tell_author

BATCH = 2000


@transaction.atomic
def make_report(consultation: ConsultationPage, *, by, at: datetime) -> AdoptionReportPage:
    """Freeze the opinions as they stand and put them into a draft of the report page.

    May be made as often as wanted while the work goes on; what stands between it and the public
    is told by the page itself (``publication_problems``).
    """
    consultation = consultation.original
    # The second of two officers who press at once waits, and then finds the page of the first.
    decisions = DecisionPage.objects.select_for_update(of=("self",))
    decision = decisions.get(pk=consultation.get_parent().pk)
    snapshot = freeze_opinions(consultation, by=by, at=at)
    duty = duty_of(consultation, ADOPTION_REPORT)
    page = decision.report or _new_report(consultation)
    draft = page.get_latest_revision_as_object() if page.pk else page
    draft.snapshot = snapshot
    draft.issued_on = duty.started_on if duty else None
    draft.due_on = duty.due_on if duty else None
    draft.department = consultation.department
    if not draft.pk:
        decision.add_child(instance=draft)
    draft.save_revision(user=by)
    record(
        "consultation.report_made",
        draft,
        by=by,
        at=at,
        data={"snapshot": snapshot.pk, "sha256": snapshot.sha256},
    )
    return draft


def _new_report(consultation: ConsultationPage) -> AdoptionReportPage:
    with override(consultation.locale.language_code):
        title = _("Feedback on the adoption of comments on “%s”") % consultation.draft_name
    return AdoptionReportPage(
        title=title, slug=REPORT_SLUG, live=False, locale=consultation.locale
    )


def freeze_opinions(consultation: ConsultationPage, *, by, at: datetime) -> ReportSnapshot:
    """One snapshot: facts, every line of the annex, and the SHA-256 over both."""
    snapshot = ReportSnapshot.objects.create(
        consultation=consultation, made_at=at, made_by=by, data={}, sha256=""
    )
    reading, waiting = annex.Reading(), []
    for line, opinion in ReportSnapshot.objects.reading_of(consultation):
        reading.add(line, opinion)
        waiting.append(AnnexRow(snapshot=snapshot, opinion=opinion, **asdict(line)))
        if len(waiting) == BATCH:
            AnnexRow.objects.bulk_create(waiting)
            waiting = []
    AnnexRow.objects.bulk_create(waiting)
    standing = ReportSnapshot.objects.standing_of(consultation)
    snapshot.data, snapshot.sha256 = reading.close(standing)
    snapshot.save(update_fields=["data", "sha256"])
    return snapshot


@follows_publication_of(AdoptionReportPage)
def answer_the_people(report: AdoptionReportPage, at: datetime) -> None:
    """The report is out: the duty is met, and each author hears the own verdict."""
    day = timezone.localdate(at)
    duty = duty_of(report.consultation, ADOPTION_REPORT)
    if duty is not None and duty.state in OPEN:
        meet_duty(
            report.consultation,
            ADOPTION_REPORT,
            on=day,
            reason=report.lateness_reason,
            at=at,
        )
    _tell_authors(report.consultation, at)


def _tell_authors(consultation: ConsultationPage, at: datetime) -> None:
    reachable = (
        Opinion.objects.filter(consultation=consultation, receipt__isnull=False)
        .counted()
        .select_related("receipt", "consultation")
        .order_by("pk")
    )
    kept_until = contact_kept_until(timezone.localdate(at))
    receipts = []
    for opinion in reachable.iterator(chunk_size=BATCH):
        receipts.append(opinion.receipt)
        tell_author(opinion, at)
    for start in range(0, len(receipts), BATCH):
        keep_contact_until(receipts[start : start + BATCH], kept_until)
