"""The adoption report: made from the reviewed opinions, frozen, published through the gate."""

import hashlib
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.clearance.registry import follows_publication_of
from cms.duties.actions import meet_duty
from cms.duties.enums import OPEN
from cms.duties.queries import duty_of
from cms.record.actions import record

from .. import annex
from ..duties import ADOPTION_REPORT
from ..enums import ReportFormat
from ..jobs import make_report_files_now
from ..models import (
    AdoptionReportPage,
    AnnexRow,
    ConsultationPage,
    DecisionPage,
    ReportEdition,
    ReportFile,
    ReportSnapshot,
)
from ..queries import REPORT_SLUG
from .answers import tell_authors

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
        waiting.append(AnnexRow(snapshot=snapshot, opinion=opinion, **vars(line)))
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
    """The report is out: it is kept as it is, the duty is met, and each author is answered."""
    if report.locale.language_code != settings.LANGUAGE_CODE:
        return
    edition = keep_edition(report, at=at)
    duty = duty_of(report.consultation, ADOPTION_REPORT)
    if duty is not None and duty.state in OPEN:
        meet_duty(
            report.consultation,
            ADOPTION_REPORT,
            on=timezone.localdate(at),
            reason=report.lateness_reason,
            at=at,
        )
    tell_authors(edition, at=at)


@transaction.atomic
def keep_edition(report: AdoptionReportPage, *, at: datetime) -> ReportEdition:
    """The report as it is public now, with the sums of its data and of its page."""
    page = AdoptionReportPage.objects.select_for_update(of=("self",)).get(pk=report.pk)
    editions = ReportEdition.objects.filter(page=page).select_related("snapshot")
    content = page.canonical_content()
    digest = hashlib.sha256(content).hexdigest()
    last = editions.last()
    if last is not None and last.page_sha256 == digest:
        return last
    edition = ReportEdition.objects.create(
        page=page,
        number=last.number + 1 if last else 1,
        snapshot=page.snapshot,
        revision=page.live_revision,
        published_at=at,
        data_sha256=page.snapshot.sha256,
        page_sha256=digest,
        page_content=content.decode(),
        correction=page.correction if last else "",
    )
    ReportFile.objects.bulk_create(ReportFile(edition=edition, name=name) for name in ReportFormat)
    transaction.on_commit(partial(make_report_files_now.enqueue, edition.pk), robust=True)
    record(
        "consultation.report_edition_kept",
        page,
        at=at,
        data={
            "number": edition.number,
            "data_sha256": edition.data_sha256,
            "page_sha256": digest,
        },
    )
    return edition
