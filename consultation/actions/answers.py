"""What authors are told: that it arrived, and what became of it, as the public report has it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from cms.intake.actions import keep_contact_until
from cms.intake.links import rating_path
from cms.letters.actions import UndeliverableAddress, write_letter
from cms.letters.channels import channel_for
from cms.record.actions import record

from ..models import AnnexRow, Opinion, ReportEdition
from ..rules import contact_kept_until

BATCH = 2000
TEXT_IN_A_MESSAGE = 30
REASON_IN_A_MESSAGE = 80


def tell_authors(edition: ReportEdition, *, at: datetime) -> int:
    """Each author who wants to hear gets the own opinion with verdict and reason, once; after a
    correction only those whose answer has changed. How many letters were owed.
    """
    kept_until = contact_kept_until(timezone.localdate(edition.published_at))
    before = edition.previous
    written = 0
    for authors in _batches(_authors(edition)):
        keep_contact_until([opinion.receipt for opinion in authors], kept_until)
        told = answers_to(edition.snapshot, authors)
        known = answers_to(before.snapshot, authors) if before else {}
        for opinion in authors:
            answers = told.get(opinion.pk)
            if answers and _said(answers) != _said(known.get(opinion.pk, ())):
                written += _tell(opinion, answers, edition, at)
    return written


def answers_to(snapshot, opinions: Iterable[Opinion]) -> dict[int, list[AnnexRow]]:
    """Opinion (whole) → the lines of the report that answer it, one for each of its points."""
    keys = [opinion.pk for opinion in opinions]
    rows = AnnexRow.objects.filter(
        Q(opinion__in=keys) | Q(opinion__part_of__in=keys), snapshot=snapshot
    ).select_related("opinion")
    found: dict[int, list[AnnexRow]] = {}
    for row in rows.order_by("number"):
        found.setdefault(row.opinion.part_of_id or row.opinion_id, []).append(row)
    return found


def _authors(edition: ReportEdition):
    return (
        Opinion.objects.filter(
            consultation=edition.snapshot.consultation_id,
            receipt__isnull=False,
            withdrawn_at=None,
        )
        .select_related("receipt", "consultation")
        .order_by("pk")
    )


def _batches(opinions) -> Iterator[list[Opinion]]:
    batch: list[Opinion] = []
    for opinion in opinions.iterator(chunk_size=BATCH):
        batch.append(opinion)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _said(rows: Iterable[AnnexRow]) -> list[tuple[str, str, str]]:
    return [(row.text, row.verdict, row.reason) for row in rows]


def _short(text: str, length: int) -> str:
    """On one line, cut where a text message has no more room; the look-up has all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def _tell(opinion: Opinion, answers: list[AnnexRow], edition: ReportEdition, at) -> int:
    if not opinion.receipt.wants_letter:
        return 0
    with override(opinion.receipt.language):
        answered = [
            {
                "text": row.text,
                "verdict": str(row.get_verdict_display()),
                "reason": row.reason,
                "short_text": _short(row.text, TEXT_IN_A_MESSAGE),
                "short_reason": _short(row.reason, REASON_IN_A_MESSAGE),
            }
            for row in answers
        ]
        facts = {
            "answers": answered,
            "report_url": edition.page.full_url,
            "rating_url": rating_path(opinion.receipt),
            "is_correction": edition.number > 1,
        }
    once = f"{opinion.pk}" if edition.number == 1 else f"{opinion.pk}:{edition.number}"
    return write_to_author("opinion_answered", opinion, at=at, once=once, **facts)


def write_to_author(
    template: str, opinion: Opinion, *, at: datetime, once: str = "", **facts
) -> int:
    """A letter by mail, or by text message where a gateway is set up; 1 when one was written.

    An address that cannot be used, or for which there is no way, leaves the others their letters.
    """
    receipt = opinion.receipt
    channel = channel_for(receipt.contact)
    if not channel:
        return 0
    suffix = "" if channel == "mail" else f"_{channel}"
    try:
        write_letter(
            template=f"consultation/{template}{suffix}",
            recipient=receipt.contact,
            language=receipt.language,
            context={
                "title": opinion.consultation.title,
                "number": receipt.number,
                "text": opinion.text,
                "day": timezone.localdate(at).isoformat(),
                "consultation_url": opinion.consultation.full_url,
                "receipts_url": "/receipts/",
                **facts,
            },
            cause=template,
            about=opinion,
            once_key=f"{template}:{once or opinion.pk}",
            at=at,
            channel=channel,
        )
    except UndeliverableAddress:  # as noted down at the counter; the others get their letters
        record("consultation.letter_undeliverable", opinion, at=at, result="refused")
        return 0
    return 1
