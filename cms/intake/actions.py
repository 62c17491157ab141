import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cms.accounts.private import blind_index
from cms.record.actions import record

from .codes import hash_code, network_hash, new_number, query_code
from .enums import Proof
from .keys import KEPT_FOR, SubmissionKey
from .models import (
    CONTACT_PURPOSE,
    Arrival,
    Attachment,
    MissedLookup,
    PrivacyNotice,
    Receipt,
    ServiceRating,
)
from .queries import count_arrivals, count_earlier, find_receipt, network_hashes
from .rules import DAY, HOUR, Limits, ReasonMissing, TooManySubmissions, check_limits
from .uploads import CheckedFile

MISSED_LOOKUPS_PER_HOUR = 30
PURGE_BATCH = 500
NETWORK_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Contact:
    """Contact data in clear. Keep it no longer than it takes to show or send it."""

    name: str
    contact: str


def opinion_limits() -> Limits:
    per_network = settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR
    return Limits(
        per_network_per_hour=per_network,
        by_question_per_network_per_hour=per_network // 4,
        per_contact_per_day=settings.JIANYAN_OPINIONS_PER_CONTACT_PER_DAY,
    )


def take_in(
    *,
    kind: str,
    key: SubmissionKey,
    language: str,
    consent_notice: PrivacyNotice | None,
    contact_name: str = "",
    contact: str = "",
    wants_letter: bool = False,
    proof: Proof,
    network_address: str,
    at: datetime,
    delete_contact_on: date | None = None,
    limits: Limits | None = None,
) -> tuple[Receipt, str, bool]:
    """Give a submission its receipt: the receipt, the query code, and whether it is new.

    The same submission key always gets the same receipt, also when it arrives twice at one
    moment: the database keeps the first. The caller stores what was said, and puts the event on
    record, in the same transaction, and does neither when the receipt is not new. `contact` is
    normalised. Refuses with TooManySubmissions. Three queries, of which one writes.
    """
    known, counted = count_earlier(
        kind=kind,
        submission_key=key.value,
        network_address=network_address,
        contact=contact,
        at=at,
    )
    number = ""
    if not known:
        by_question = proof == Proof.QUESTION
        check_limits(counted, limits or opinion_limits(), by_question=by_question)
        number = new_number()
        receipt = Receipt(
            number=number,
            query_code_hash=hash_code(query_code(key.value, number)),
            submission_key=key.value,
            kind=kind,
            language=language,
            received_at=at,
            proof=proof,
            notice=consent_notice,
            consented_at=at if consent_notice else None,
            contact_name=contact_name,
            contact=contact,
            contact_index=blind_index(contact, CONTACT_PURPOSE) if contact else "",
            wants_letter=wants_letter,
            network=network_hash(network_address, timezone.localdate(at)),
            delete_contact_on=_deletion_day(contact_name, contact, at, delete_contact_on),
        )
        # INSERT … ON CONFLICT (submission_key): the second of two waits for the first and changes
        # nothing. Ignoring conflicts altogether would ignore broken constraints on SQLite.
        Receipt.objects.bulk_create(
            [receipt],
            update_conflicts=True,
            unique_fields=["submission_key"],
            update_fields=["submission_key"],
        )
        # The key of the row that is there now, ours or the first one's.
        kept = Receipt.objects.filter(pk=receipt.pk).values_list("number", flat=True)
        if kept.first() == number:
            return receipt, query_code(key.value, number), True
    first = Receipt.objects.get(submission_key=key.value)
    return first, query_code(key.value, first.number), first.number == number


def _deletion_day(name: str, contact: str, at: datetime, day: date | None) -> date | None:
    if not (name or contact):
        return None
    return day or timezone.localdate(at) + timedelta(days=settings.JIANYAN_CONTACT_KEPT_DAYS)


def note_arrival(
    *, kind: str, key: SubmissionKey, proof: Proof, network_address: str, at: datetime
) -> bool:
    """Count a submission that gets no receipt; False when this very one was counted before.

    The caller stores what was said in the same transaction, and does not when it is not new: of
    two that arrive at one moment the second waits for the first. Refuses with TooManySubmissions.
    """
    arrival = Arrival(
        kind=kind,
        submission_key=key.value,
        network=network_hash(network_address, timezone.localdate(at)),
        proof=proof,
        at=at,
    )
    if not Arrival.objects.filter(submission_key=key.value).exists():
        counted = count_arrivals(kind=kind, network_address=network_address, at=at)
        check_limits(counted, opinion_limits(), by_question=proof == Proof.QUESTION)
        Arrival.objects.bulk_create(
            [arrival],
            update_conflicts=True,
            unique_fields=["submission_key"],
            update_fields=["submission_key"],
        )
    return Arrival.objects.get(submission_key=key.value).pk == arrival.pk


def look_up(number: str, code: str, *, network_address: str, at: datetime) -> Receipt | None:
    """A citizen asks for a receipt. Refuses with TooManySubmissions after too many misses."""
    networks = network_hashes(network_address, at)
    missed = MissedLookup.objects.filter(network__in=networks, at__gt=at - HOUR)
    if missed.count() >= MISSED_LOOKUPS_PER_HOUR:
        raise TooManySubmissions(int(HOUR.total_seconds()))
    receipt = find_receipt(number, code)
    if receipt is None:
        network = network_hash(network_address, timezone.localdate(at))
        MissedLookup.objects.create(network=network, at=at)
    return receipt


@transaction.atomic
def keep_attachments(receipt: Receipt, files: Sequence[CheckedFile], *, at: datetime) -> None:
    """Store what `uploads.check_files` let through with its receipt."""
    for file in files:
        Attachment.objects.create(
            receipt=receipt,
            name=file.name,
            file=file.content_file(),
            size=file.size,
            sha256=file.sha256,
            kind=file.kind,
            created_at=at,
        )


@transaction.atomic
def unmask(receipt: Receipt, *, by, reason: str, at: datetime) -> Contact:
    """Read contact data in clear: only who may, only with a reason, always on record (I11)."""
    if not by.has_perm("intake.unmask_receipt"):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing
    record("intake.contact_unmasked", receipt, by=by, at=at, data={"reason": reason.strip()})
    return Contact(name=receipt.contact_name, contact=receipt.contact)


@transaction.atomic
def keep_contact_until(receipts: Sequence[Receipt], day: date) -> int:
    """Move the day on which contact data goes, for receipts that still have any."""
    keys = [receipt.pk for receipt in receipts]
    held = Receipt.objects.filter(
        pk__in=keys, delete_contact_on__isnull=False, contact_deleted_at__isnull=True
    )
    return held.update(delete_contact_on=day)


@transaction.atomic
def delete_contact(receipt: Receipt, *, by, at: datetime) -> None:
    """Consent withdrawn: the contact data goes now, not on its day (PIPL 15, 47; I4)."""
    if _blank([receipt.pk], at):
        record("intake.contact_deleted", receipt, by=by, at=at)


def purge_contacts(at: datetime) -> dict[str, int]:
    """Delete the contact data whose day has come, in batches that each stand alone (I9)."""
    due = Receipt.objects.filter(
        delete_contact_on__lte=timezone.localdate(at), contact_deleted_at__isnull=True
    ).order_by("pk")
    deleted = 0
    while batch := list(due.values_list("pk", flat=True)[:PURGE_BATCH]):
        with transaction.atomic():
            count = _blank(batch, at)
            record("intake.contacts_purged", None, at=at, data={"count": count})
        deleted += count
    return {"contacts": deleted}


def purge_missed_lookups(at: datetime) -> dict[str, int]:
    """Forget wrong guesses once they no longer count."""
    deleted, _ = MissedLookup.objects.filter(at__lte=at - DAY).delete()
    return {"missed_lookups": deleted}


def purge_arrivals(at: datetime) -> dict[str, int]:
    """Forget what came without a receipt, once its form can come back no more."""
    deleted, _ = Arrival.objects.filter(at__lte=at - 2 * KEPT_FOR).delete()
    return {"arrivals": deleted}


def purge_networks(at: datetime) -> dict[str, int]:
    """Forget from which network something came, once no limit counts it any more."""
    old = Receipt.objects.exclude(network="").filter(received_at__lte=at - NETWORK_KEPT)
    return {"networks": old.update(network="")}


@transaction.atomic
def delete_attachments(receipt: Receipt) -> None:
    """The files of who withdrew go with the consent; from the disk once that is certain."""
    for attachment in receipt.attachments.all():
        transaction.on_commit(partial(attachment.file.storage.delete, attachment.file.name))
        attachment.delete()


def purge_rating_words(at: datetime) -> dict[str, int]:
    """Words of ratings go with the contact, or after the same time where none was left (I9)."""
    kept = timedelta(days=settings.JIANYAN_CONTACT_KEPT_DAYS)
    old = ServiceRating.objects.filter(words_deleted_at=None, changed_at__lte=at - kept)
    with transaction.atomic():
        count = forget_rating_words(old, at)
        if count:
            record("intake.rating_words_purged", None, at=at, data={"count": count})
    return {"rating_words": count}


def forget_rating_words(ratings: QuerySet, at: datetime) -> int:
    """What was written with a rating, and of the call after it; the grade stays and counts."""
    return ratings.update(comment="", call_back_note="", words_deleted_at=at)


def _blank(keys: list[int], at: datetime) -> int:
    words = ServiceRating.objects.filter(receipt__in=keys, words_deleted_at=None)
    forget_rating_words(words, at)
    held = Receipt.objects.filter(pk__in=keys, contact_deleted_at__isnull=True)
    return held.update(
        contact_name="",
        contact="",
        contact_index="",
        network="",
        wants_letter=False,
        contact_deleted_at=at,
    )


def receipt_from_desk(
    *, kind: str, contact_name: str, contact: str, wants_letter: bool, at: datetime
) -> Receipt:
    """What an official enters for somebody: no form, no proof, no consent; contact has an end."""
    number = new_number()
    key = secrets.token_hex(16)
    return Receipt.objects.create(
        number=number,
        query_code_hash=hash_code(query_code(key, number)),
        submission_key=key,
        kind=kind,
        language=settings.LANGUAGE_CODE,
        received_at=at,
        proof=Proof.DESK,
        contact_name=contact_name,
        contact=contact,
        contact_index=blind_index(contact, CONTACT_PURPOSE) if contact else "",
        wants_letter=wants_letter and bool(contact),
        delete_contact_on=_deletion_day(contact_name, contact, at, None),
    )
