"""Recording a decision: from this day the report is owed (plan 2023, III.1)."""

from datetime import date, datetime

from django.db import transaction

from cms.duties.actions import open_duty
from cms.record.actions import record

from ..duties import ADOPTION_REPORT
from ..models import DecisionPage
from ..rules import DecisionInTheFuture


@transaction.atomic
def record_decision(
    decision: DecisionPage,
    *,
    document_number: str,
    meeting_name: str,
    issued_on: date,
    by,
    today: date,
    at: datetime,
    text_from_draft: bool = False,
) -> DecisionPage:
    """Enter the decision on the dossier, as a draft to be cleared, and start the clock.

    The duty counts from ``issued_on``; the dossier shows the decision once it is reviewed. With
    ``text_from_draft`` its text, where none is written yet, begins as the draft, each article
    under its own key.
    """
    if issued_on > today:
        raise DecisionInTheFuture
    page = DecisionPage.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    draft = page.get_latest_revision_as_object()
    draft.document_number = document_number
    draft.meeting_name = meeting_name
    draft.issued_on = issued_on
    consultation = page.consultation
    if text_from_draft and consultation is not None and not draft.decision_text:
        draft.decision_text = list(consultation.draft.raw_data)
    draft.save_revision(user=by)
    if consultation is not None:
        open_duty(
            ADOPTION_REPORT,
            consultation,
            department=consultation.department,
            title=consultation.draft_name,
            started_on=issued_on,
            at=at,
        )
    record(
        "consultation.decision_recorded",
        page,
        by=by,
        at=at,
        data={"document_number": document_number, "issued_on": issued_on.isoformat()},
    )
    return draft
