"""A file of opinions from another channel: checked, then imported whole or not at all (C12)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from cms.intake.actions import receipt_from_desk
from cms.record.actions import record

from ..articles import articles_of
from ..desk.importing import FIELDS, Checked, Entry, Fault, Place, check_rows, guess_mapping
from ..desk.sheets import Sheet, read_sheet
from ..enums import Channel, ImportState
from ..models import ConsultationPage, ImportBatch, Opinion
from ..rules import SHANGHAI
from .opinions import KIND, Persons

CHUNK = 1000
UNFINISHED_KEPT = timedelta(days=30)


class ImportHasFaults(Exception):
    """The file, or what was imported since it was checked, does not allow the import."""


class AlreadyImported(Exception):
    """An import is over: its file is not checked again."""


@transaction.atomic
def check_file(
    consultation: ConsultationPage,
    *,
    content: bytes,
    file_name: str,
    channel: Channel,
    by,
    at: datetime,
    source: str = "",
    received_on: date | None = None,
    mapping: Mapping[str, int] | None = None,
) -> ImportBatch:
    """A dry run: the file is kept with every fault of every row, and nothing is imported.

    ``mapping`` (field → column from 0) is guessed from the headings unless it is given;
    ``received_on`` is for a file without a column for it. Refuses with SheetUnreadable.
    """
    sheet = read_sheet(content)
    batch = ImportBatch(
        consultation=consultation.original,
        file_name=file_name[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        encoding=sheet.encoding,
        received_on=received_on,
        uploaded_by=by,
        uploaded_at=at,
    )
    chosen = guess_mapping(sheet.headings) if mapping is None else mapping
    return _judge(batch, sheet, chosen, channel, source, by, at)


@transaction.atomic
def check_again(
    batch: ImportBatch,
    *,
    mapping: Mapping[str, int],
    channel: Channel,
    by,
    at: datetime,
    source: str = "",
    received_on: date | None = None,
) -> ImportBatch:
    """The same file with its columns understood otherwise. Refuses with AlreadyImported."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportState.IMPORTED:
        raise AlreadyImported
    batch.received_on = received_on
    return _judge(batch, read_sheet(bytes(batch.content)), mapping, channel, source, by, at)


@transaction.atomic
def import_batch(batch: ImportBatch, *, by, at: datetime) -> int:
    """Import every row of a clean file, and say how many. Importing twice does nothing: 0.

    Names and contacts go on receipts, encrypted and with an end; the file itself, which holds
    them in clear, is not kept any longer than this: its SHA-256 stays. Refuses with
    ImportHasFaults.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportState.IMPORTED:
        return 0
    # Two imports into one consultation follow each other, so that no number slips in between.
    consultation = ConsultationPage.objects.select_for_update(of=("self",)).get(
        pk=batch.consultation_id
    )
    checked = _checked(batch, read_sheet(bytes(batch.content)), at)
    if checked.faults:
        raise ImportHasFaults
    opinions = opinions_of(checked.entries, consultation, batch, by)
    Opinion.objects.bulk_create(opinions, CHUNK)
    batch.state, batch.imported_at, batch.content = ImportState.IMPORTED, at, b""
    batch.save(update_fields=["state", "imported_at", "content"])
    record(
        "consultation.opinions_imported",
        batch,
        by=by,
        at=at,
        data={"rows": len(checked.entries), "sha256": batch.sha256},
    )
    return len(checked.entries)


@transaction.atomic
def discard_batch(batch: ImportBatch, *, by, at: datetime) -> None:
    """A file that will not be imported is not kept. Refuses with AlreadyImported."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportState.IMPORTED:
        raise AlreadyImported
    if batch.state == ImportState.RUNNING or batch.done_rows:
        raise AlreadyImported
    record("consultation.import_discarded", batch, by=by, at=at, data={"sha256": batch.sha256})
    batch.drop_file()
    batch.delete()


def purge_unfinished_imports(at: datetime) -> dict[str, int]:
    """A file checked but never imported holds names in clear: kept for 30 days, no longer."""
    over = (ImportState.IMPORTED, ImportState.RUNNING)
    unfinished = ImportBatch.objects.exclude(state__in=over).filter(opinions=None)
    batches = unfinished.filter(uploaded_at__lte=at - UNFINISHED_KEPT)
    for batch in batches:
        discard_batch(batch, by=None, at=at)
    return {"imports": len(batches)}


def _judge(
    batch: ImportBatch,
    sheet: Sheet,
    mapping: Mapping[str, int],
    channel: Channel,
    source: str,
    by,
    at: datetime,
) -> ImportBatch:
    batch.mapping = {
        name: mapping[name]
        for name in FIELDS
        if mapping.get(name) is not None and 0 <= mapping[name] < len(sheet.headings)
    }
    batch.channel, batch.source = channel, source
    faults = _checked(batch, sheet, at).faults
    batch.row_count, batch.faults = len(sheet.rows), [asdict(fault) for fault in faults]
    batch.state = ImportState.CHECKED if faults else ImportState.CLEAN
    batch.save()
    record(
        "consultation.import_checked",
        batch,
        by=by,
        at=at,
        result=batch.state,
        data={"rows": batch.row_count, "faults": len(faults), "sha256": batch.sha256},
    )
    return batch


def _checked(batch: ImportBatch, sheet: Sheet, at: datetime) -> Checked:
    same = ImportBatch.objects.filter(
        consultation=batch.consultation_id, sha256=batch.sha256, state=ImportState.IMPORTED
    )
    if same.exists():
        return Checked([], [Fault(0, "", batch.file_name, "imported_file")])
    imported = Opinion.objects.filter(consultation=batch.consultation_id).exclude(external_key="")
    return check_rows(
        sheet,
        batch.mapping,
        channel=batch.channel,
        at=at,
        places=places_of(batch.consultation),
        known_keys=set(imported.values_list("external_key", flat=True)),
        received_at=default_moment(batch.received_on),
    )


def default_moment(received_on: date | None) -> datetime | None:
    """Noon of the day that was given for rows that say nothing."""
    return datetime.combine(received_on, time(12), SHANGHAI) if received_on else None


def places_of(consultation: ConsultationPage) -> list[Place]:
    with override(settings.LANGUAGE_CODE):
        return [
            Place(article.key, article.number, article.label)
            for article in articles_of(consultation.draft)
        ]


def opinions_of(
    entries: Iterable[Entry], consultation: ConsultationPage, batch: ImportBatch, by
) -> list[Opinion]:
    """Not saved yet; their receipts are. Rows of one contact are one person's."""
    persons = Persons(consultation)
    return [_opinion(entry, consultation, batch, by, persons) for entry in entries]


def _opinion(entry: Entry, consultation, batch: ImportBatch, by, persons: Persons) -> Opinion:
    receipt = _receipt(entry)
    return Opinion(
        consultation=consultation,
        receipt=receipt,
        person=persons.of(receipt),
        article_key=entry.article_key,
        article_label=entry.article_label[:150],
        text=entry.text,
        reasons=entry.reasons,
        identity=entry.identity,
        channel=entry.channel,
        received_at=entry.received_at,
        entered_by=by,
        batch=batch,
        external_key=entry.external_key,
    )


def _receipt(entry: Entry):
    if not (entry.author or entry.contact):
        return None
    return receipt_from_desk(
        kind=KIND,
        contact_name=entry.author,
        contact=entry.contact,
        wants_letter=False,
        at=entry.received_at,
    )
