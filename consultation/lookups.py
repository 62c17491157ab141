"""What an author sees and may do at /receipts/ (page outline 5.2, "my opinion")."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.intake.fields import CitizenTextField
from cms.intake.keys import KeyExpired, KeyInvalid, new_submission_key, read_submission_key
from cms.intake.lookups import Answer, LookupKind, LookupRefused, register_lookup
from cms.intake.models import Receipt

from .actions.answers import answers_to
from .actions.opinions import KIND, add_to_opinion, withdraw_opinion
from .changes import fate_of_article
from .enums import Verdict
from .models import AdoptionReportPage, AnnexRow, Opinion, ReportEdition
from .queries import rating_subject
from .rules import LONGEST_OPINION, CommentsClosed, OpinionWithdrawn

ADDITION_FORM = "opinion-addition"


def show_opinion(receipt: Receipt, at: datetime) -> dict:
    """The opinion, its verdict once the report is public, and whether it may still change."""
    opinion = receipt.opinion
    consultation = opinion.consultation
    report = consultation.live_report
    may_change = consultation.takes_opinions(at) and opinion.withdrawn_at is None
    return {
        "opinion": opinion,
        "consultation": consultation,
        "additions": opinion.additions.all(),
        "report": report,
        "answers": public_answers(opinion, report),
        "article_fate": fate_of_article(opinion) if consultation.live else None,
        "under_study": Verdict.PENDING.label,
        "may_change": may_change,
        "addition_key": new_submission_key(ADDITION_FORM, at) if may_change else "",
    }


def public_answers(opinion: Opinion, report) -> list[AnnexRow]:
    """What the public report says of the opinion, a line for each point; [] before it is out."""
    if report is None:
        return []
    page = AdoptionReportPage.objects.select_related("snapshot").get(pk=report.pk)
    return answers_to(page.snapshot, [opinion]).get(opinion.pk, []) if page.snapshot else []


def answer_to_opinion(receipt: Receipt) -> Answer | None:
    """What can be rated: once the report that answers the opinion has been published."""
    opinion = receipt.opinion
    if opinion.withdrawn_at is not None:
        return None
    page = opinion.consultation
    report = page.live_report
    edition = ReportEdition.objects.filter(page=report.pk).last() if report else None
    if edition is None or not answers_to(edition.snapshot, [opinion]):
        return None
    return Answer(
        department=page.department,
        subject=rating_subject(page),
        title=page.title[:255],
        answered_on=timezone.localdate(edition.published_at),
    )


def act_on_opinion(receipt: Receipt, wish: str, data: Mapping[str, str], at: datetime) -> str:
    """ "add" and "withdraw", until the period closes."""
    try:
        if wish == "withdraw":
            return _withdraw(receipt, data, at)
        return _add(receipt, data, at)
    except CommentsClosed as refusal:
        raise LookupRefused(
            _("The period has closed: the opinion stays as it was received.")
        ) from refusal


def _withdraw(receipt: Receipt, data: Mapping[str, str], at: datetime) -> str:
    if data.get("sure") != "yes":
        raise LookupRefused(_("Please tick the box to confirm the withdrawal."))
    withdraw_opinion(receipt.opinion, at=at)
    return _("Your opinion is withdrawn and your contact data deleted.")


def _add(receipt: Receipt, data: Mapping[str, str], at: datetime) -> str:
    try:
        text = CitizenTextField(limit=LONGEST_OPINION).clean(data.get("text", ""))
        key = read_submission_key(data.get("submission_key", ""), ADDITION_FORM, at)
    except ValidationError as fault:
        raise LookupRefused(fault.messages[0]) from fault
    except (KeyInvalid, KeyExpired) as fault:
        raise LookupRefused(
            _("This form was open for too long. Your text is still here: send it once more.")
        ) from fault
    try:
        add_to_opinion(receipt.opinion, text=text, key=key, at=at)
    except OpinionWithdrawn as refusal:
        day = timezone.localdate(receipt.opinion.withdrawn_at).isoformat()
        raise LookupRefused(_("Withdrawn on %(at)s") % {"at": day}) from refusal
    return _("Your addition has been received.")


OPINION = LookupKind(
    "consultation/_opinion_status.html", show_opinion, act_on_opinion, answer_to_opinion
)


def register() -> None:
    register_lookup(KIND, OPINION)
