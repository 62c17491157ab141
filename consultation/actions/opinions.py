"""What happens to one opinion by its author's will: submitted, added to, withdrawn, entered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from cms.intake import actions as intake
from cms.intake.codes import query_code
from cms.intake.keys import SubmissionKey
from cms.intake.models import Receipt
from cms.letters.actions import forget_letters_about
from cms.record.actions import record

from ..enums import Channel
from ..models import ConsultationPage, Opinion, OpinionAddition
from ..rules import CommentsClosed, OpinionWithdrawn
from .answers import write_to_author

KIND = "opinion"


@dataclass(frozen=True)
class Taken:
    """A submission and what its author holds in hand."""

    opinion: Opinion
    receipt: Receipt
    query_code: str
    is_new: bool


@transaction.atomic
def submit_opinion(
    consultation: ConsultationPage,
    *,
    text: str,
    reasons: str = "",
    identity: str = "",
    article_key: str = "",
    files: Sequence = (),
    intake_data: dict,
    network_address: str,
    at: datetime,
) -> Taken:
    """Take one opinion into the collection (plan 2023, III.1).

    ``at`` is the moment the request arrived: it decides whether the period was open. The same
    submission key gives the same receipt, and the opinion as it was first sent.
    """
    original = consultation.original
    if not original.takes_opinions(at):
        return _sent_before(intake_data["key"])
    receipt, code, is_new = intake.take_in(
        kind=KIND, network_address=network_address, at=at, **intake_data
    )
    if not is_new:
        return Taken(receipt.opinion, receipt, code, is_new)
    article = consultation.article(article_key) if article_key else None
    opinion = Opinion.objects.create(
        consultation=original,
        receipt=receipt,
        article_key=article.key if article else "",
        article_label=article.label if article else "",
        text=text,
        reasons=reasons,
        identity=identity,
        language=receipt.language,
        received_at=at,
        person=Persons(original).of(receipt),
        draft_version_id=original.current_version_id,
    )
    if files:
        intake.keep_attachments(receipt, files, at=at)
    record("consultation.opinion_submitted", opinion, by="citizen", at=at)
    if receipt.wants_letter:
        write_to_author("opinion_received", opinion, at=at)
    return Taken(opinion, receipt, code, is_new)


class Persons:
    """Tells whose opinion one is: the same for all of one contact in one consultation; without a
    contact, another each time.

    It is no hash of the contact: once the contact is deleted, nothing leads back to it.
    """

    def __init__(self, consultation: ConsultationPage):
        self.consultation = consultation
        self.known: dict[str, uuid.UUID] = {}

    def of(self, receipt: Receipt | None) -> uuid.UUID:
        contact = receipt.contact_index if receipt else ""
        if not contact:
            return uuid.uuid4()
        if contact not in self.known:
            self.known[contact] = self._earlier(contact) or uuid.uuid4()
        return self.known[contact]

    def _earlier(self, contact: str) -> uuid.UUID | None:
        earlier = Opinion.objects.filter(
            consultation=self.consultation, receipt__contact_index=contact
        )
        return earlier.values_list("person", flat=True).first()


def _sent_before(key: SubmissionKey) -> Taken:
    """A button pressed again after the close gives the receipt of the first press."""
    receipt = Receipt.objects.filter(kind=KIND, submission_key=key.value).first()
    if receipt is None:
        raise CommentsClosed
    return Taken(receipt.opinion, receipt, query_code(key.value, receipt.number), is_new=False)


@transaction.atomic
def add_to_opinion(opinion: Opinion, *, text: str, key: SubmissionKey, at: datetime) -> bool:
    """The author adds something before the period closes. False when this was sent before."""
    opinion = _open_opinion(opinion, at)
    if opinion.withdrawn_at is not None:
        raise OpinionWithdrawn
    _addition, is_new = OpinionAddition.objects.get_or_create(
        submission_key=key.value, defaults={"opinion": opinion, "text": text, "added_at": at}
    )
    if is_new:
        # Whoever is about to decide has to read it first.
        text_and_points = Q(pk=opinion.pk) | Q(part_of=opinion)
        Opinion.objects.filter(text_and_points).update(version=F("version") + 1)
        record("consultation.opinion_added_to", opinion, by="citizen", at=at)
    return is_new


@transaction.atomic
def withdraw_opinion(opinion: Opinion, *, at: datetime) -> None:
    """Consent withdrawn as easily as given (PIPL 15; rulebook I4): the contact goes at once."""
    opinion = _open_opinion(opinion, at)
    if opinion.withdrawn_at is not None:
        return
    text_and_points = Opinion.objects.filter(Q(pk=opinion.pk) | Q(part_of=opinion))
    text_and_points.update(withdrawn_at=at, version=F("version") + 1)
    record("consultation.opinion_withdrawn", opinion, by="citizen", at=at)
    intake.delete_contact(opinion.receipt, by="citizen", at=at)
    intake.delete_attachments(opinion.receipt)
    forget_letters_about(opinion, at=at)


def _open_opinion(opinion: Opinion, at: datetime) -> Opinion:
    locked = Opinion.objects.select_for_update(of=("self",)).select_related("consultation")
    found = locked.get(pk=opinion.pk)
    if not found.consultation.takes_opinions(at):
        raise CommentsClosed
    return found


@transaction.atomic
def enter_opinion(
    consultation: ConsultationPage,
    *,
    text: str,
    channel: Channel,
    received_at: datetime,
    by,
    at: datetime,
    reasons: str = "",
    identity: str = "",
    article_key: str = "",
    author: str = "",
    contact: str = "",
    wants_letter: bool = False,
    entry_key: str = "",
) -> Opinion:
    """An official enters what came by letter, telephone, at the counter or in a meeting (C12).

    The same ``entry_key`` gives the same opinion and no second one.
    """
    original = ConsultationPage.objects.select_for_update(of=("self",)).get(
        pk=consultation.original.pk
    )
    entered_before = Opinion.objects.filter(consultation=original, external_key=entry_key)
    if entry_key and (known := entered_before.first()):
        return known
    article = consultation.article(article_key) if article_key else None
    receipt = _desk_receipt(author, contact, wants_letter, received_at)
    opinion = Opinion.objects.create(
        consultation=original,
        receipt=receipt,
        person=Persons(original).of(receipt),
        draft_version_id=original.current_version_id,
        article_key=article.key if article else "",
        article_label=article.label if article else "",
        text=text,
        reasons=reasons,
        identity=identity,
        channel=channel,
        received_at=received_at,
        entered_by=by,
        external_key=entry_key,
    )
    record("consultation.opinion_entered", opinion, by=by, at=at, data={"channel": channel})
    return opinion


def _desk_receipt(author: str, contact: str, wants_letter: bool, at: datetime) -> Receipt | None:
    if not (author or contact):
        return None
    return intake.receipt_from_desk(
        kind=KIND, contact_name=author, contact=contact, wants_letter=wants_letter, at=at
    )
