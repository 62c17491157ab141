"""What happens to one opinion: submitted, added to, withdrawn, entered, decided."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from cms.intake import actions as intake
from cms.intake.codes import query_code
from cms.intake.keys import SubmissionKey
from cms.intake.models import Receipt
from cms.letters.actions import UndeliverableAddress, forget_letters_about, write_letter
from cms.record.actions import record

from ..enums import Channel, Verdict
from ..models import ConsultationPage, Opinion, OpinionAddition, OpinionGroup
from ..rules import (
    CommentsClosed,
    OpinionChanged,
    OpinionWithdrawn,
    VerdictNeedsReason,
    verdict_is_complete,
)

KIND = "opinion"
CHUNK = 1000


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
    )
    if files:
        intake.keep_attachments(receipt, files, at=at)
    record("consultation.opinion_submitted", opinion, by="citizen", at=at)
    if receipt.wants_letter:
        _write("opinion_received", opinion, at)
    return Taken(opinion, receipt, code, is_new)


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
        Opinion.objects.filter(pk=opinion.pk).update(version=F("version") + 1)
        record("consultation.opinion_added_to", opinion, by="citizen", at=at)
    return is_new


@transaction.atomic
def withdraw_opinion(opinion: Opinion, *, at: datetime) -> None:
    """Consent withdrawn as easily as given (PIPL 15; rulebook I4): the contact goes at once."""
    opinion = _open_opinion(opinion, at)
    if opinion.withdrawn_at is not None:
        return
    opinion.withdrawn_at = at
    opinion.version += 1
    opinion.save(update_fields=["withdrawn_at", "version"])
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
    opinion = Opinion.objects.create(
        consultation=original,
        receipt=_desk_receipt(author, contact, wants_letter, received_at),
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


@transaction.atomic
def decide_opinion(
    opinion: Opinion,
    *,
    verdict: Verdict,
    reason: str,
    seen_version: int,
    by,
    at: datetime,
) -> Opinion:
    """Give one opinion its verdict (rulebook A4). Raises OpinionChanged when it is not as seen."""
    _check_verdict(verdict, reason)
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if opinion.version != seen_version or opinion.withdrawn_at is not None:
        raise OpinionChanged
    before = opinion.verdict
    opinion.verdict, opinion.verdict_reason = verdict, reason.strip()
    opinion.decided_by, opinion.decided_at = by, at
    opinion.version += 1
    opinion.save()
    record(
        "consultation.opinion_decided",
        opinion,
        by=by,
        at=at,
        result=verdict,
        data={"before": before},
    )
    return opinion


@transaction.atomic
def decide_opinions(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    verdict: Verdict,
    reason: str,
    by,
    at: datetime,
) -> int:
    """One verdict and one reason for many opinions; withdrawn ones are left alone."""
    _check_verdict(verdict, reason)
    decided = 0
    for some in _in_chunks(keys):
        chosen = Opinion.objects.filter(consultation=consultation, pk__in=some).counted()
        locked = list(chosen.select_for_update().order_by("pk").values_list("pk", flat=True))
        Opinion.objects.filter(pk__in=locked).update(
            verdict=verdict,
            verdict_reason=reason.strip(),
            decided_by=by,
            decided_at=at,
            version=F("version") + 1,
        )
        record(
            "consultation.opinions_decided",
            consultation,
            by=by,
            at=at,
            result=verdict,
            data={"opinions": locked},
        )
        decided += len(locked)
    return decided


def _in_chunks(keys: Collection[int]) -> Iterator[list[int]]:
    """Ascending, so that two offices never wait for each other; no statement without end."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _check_verdict(verdict: Verdict, reason: str) -> None:
    if not verdict_is_complete(verdict, reason):
        raise VerdictNeedsReason


@transaction.atomic
def put_into_group(
    group: OpinionGroup | None,
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    by,
    at: datetime,
) -> int:
    """Gather opinions that say the same; ``None`` takes them out of their group."""
    count = 0
    for some in _in_chunks(keys):
        chosen = Opinion.objects.filter(consultation=consultation, pk__in=some)
        count += chosen.update(group=group, version=F("version") + 1)
        record(
            "consultation.opinions_grouped",
            group or consultation,
            by=by,
            at=at,
            data={"opinions": some},
        )
    return count


@transaction.atomic
def decide_group(
    group: OpinionGroup, *, verdict: Verdict, reason: str, changed_articles: str, by, at: datetime
) -> OpinionGroup:
    """The common verdict of a group, with the reason that its members share."""
    _check_verdict(verdict, reason)
    group = OpinionGroup.objects.select_for_update().get(pk=group.pk)
    group.verdict, group.reason = verdict, reason.strip()
    group.changed_articles = changed_articles
    group.save()
    record("consultation.group_decided", group, by=by, at=at, result=verdict)
    return group


def tell_author(opinion: Opinion, at: datetime) -> None:
    """Each author with an address gets the own verdict and its reason, once."""
    receipt = opinion.receipt
    if receipt is not None and receipt.wants_letter and "@" in receipt.contact:
        _write("opinion_answered", opinion, at)


def _write(template: str, opinion: Opinion, at: datetime) -> None:
    receipt = opinion.receipt
    if "@" not in receipt.contact:
        return
    try:
        write_letter(
            template=f"consultation/{template}",
            recipient=receipt.contact,
            language=receipt.language,
            context=_letter_facts(opinion, receipt, at),
            cause=template,
            about=opinion,
            once_key=f"{template}:{opinion.pk}",
            at=at,
        )
    except UndeliverableAddress:  # as noted down at the counter; the others get their letters
        record("consultation.letter_undeliverable", opinion, at=at, result="refused")


def _letter_facts(opinion: Opinion, receipt: Receipt, at: datetime) -> dict[str, str]:
    with override(receipt.language):
        return {
            "title": opinion.consultation.title,
            "number": receipt.number,
            "text": opinion.text,
            "verdict": str(opinion.get_verdict_display()),
            "reason": opinion.verdict_reason,
            "report_url": _report_url(opinion),
            "day": timezone.localdate(at).isoformat(),
        }


def _report_url(opinion: Opinion) -> str:
    report = opinion.consultation.live_report
    return report.full_url if report else opinion.consultation.full_url
