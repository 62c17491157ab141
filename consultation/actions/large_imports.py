"""A file too large for one request: kept as it is, checked and imported by a worker in steps that
survive its death. Until it is clean nothing is imported, and no row is imported twice (C12).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.record.actions import record

from ..desk.importing import FIELDS, Entry, Fault, Reading, guess_mapping, mapping_faults
from ..desk.sheets import LARGE, Row, Sheet, SheetUnreadable, open_sheet
from ..enums import WITH_A_WORKER, Channel, ImportState
from ..models import ConsultationPage, ImportBatch, Opinion
from .imports import AlreadyImported, ImportHasFaults, default_moment, opinions_of, places_of
from .stopped_imports import take_back

CHUNK = 1000
MOST_FAULTS = 1000


class Overtaken(Exception):
    """Another worker has gone on with this import."""


@transaction.atomic
def keep_large_file(
    consultation: ConsultationPage,
    *,
    file,
    channel: Channel,
    by,
    at: datetime,
    source: str = "",
    received_on: date | None = None,
) -> ImportBatch:
    """An upload, kept in private until it is imported or thrown away; a worker checks it."""
    batch = ImportBatch(
        consultation=consultation.original,
        channel=channel,
        source=source,
        received_on=received_on,
        state=ImportState.CHECKING,
        uploaded_by=by,
        uploaded_at=at,
    )
    batch.keep(file)
    record("consultation.import_kept", batch, by=by, at=at, data={"sha256": batch.sha256})
    return batch


@transaction.atomic
def check_large_again(
    batch: ImportBatch,
    *,
    mapping: Mapping[str, int],
    channel: Channel,
    by,
    at: datetime,
    source: str = "",
    received_on: date | None = None,
) -> None:
    """Have it checked with its columns understood otherwise. Refuses with AlreadyImported."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (ImportState.IMPORTED, *WITH_A_WORKER) or batch.done_rows:
        raise AlreadyImported
    batch.mapping, batch.channel, batch.source = dict(mapping), channel, source
    batch.received_on, batch.state, batch.alive_at = received_on, ImportState.CHECKING, None
    batch.save(update_fields=["mapping", "channel", "source", "received_on", "state", "alive_at"])
    record("consultation.import_check_asked_for", batch, by=by, at=at)


@transaction.atomic
def ask_for_large_import(batch: ImportBatch, *, by, at: datetime) -> bool:
    """Let a worker import a clean file; False when one does already, or has. Refuses with
    ImportHasFaults.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (ImportState.RUNNING, ImportState.IMPORTED):
        return False
    if batch.state != ImportState.CLEAN:
        raise ImportHasFaults
    batch.state, batch.alive_at = ImportState.RUNNING, None
    batch.save(update_fields=["state", "alive_at"])
    record("consultation.import_asked_for", batch, by=by, at=at)
    return True


def imports_left_behind(at: datetime) -> list[int]:
    """Files that wait for a worker, or whose worker has died over them."""
    waiting = ImportBatch.objects.filter(state__in=WITH_A_WORKER).exclude(file="")
    return list(waiting.left_behind(at).values_list("pk", flat=True))


def work_on_import(key: int, *, at: datetime) -> bool:
    """Check, import or take back, whichever is wanted. False when another worker does, or
    nothing is."""
    mine = ImportBatch.objects.free(at).filter(pk=key, state__in=WITH_A_WORKER)
    if not mine.update(alive_at=at):
        return False
    batch = ImportBatch.objects.select_related("consultation", "uploaded_by").get(pk=key)
    work = {ImportState.CHECKING: _check, ImportState.RUNNING: _import}
    work.get(batch.state, take_back)(batch, at)
    return True


def _check(batch: ImportBatch, at: datetime) -> None:
    faults, rows = [], 0
    try:
        with batch.file.open() as file:
            sheet = open_sheet(file.file, LARGE)
            batch.encoding = sheet.encoding
            batch.mapping = batch.mapping or guess_mapping(sheet.headings)
            faults = _faults_of_the_whole(batch, sheet)
            if not faults:
                reading = _reading(batch, sheet, at)
                for rows, row in enumerate(sheet.rows, start=1):
                    reading.entry(row)
                    if rows % CHUNK == 0:
                        _say(batch, checked_rows=rows)
                    if len(reading.faults) >= MOST_FAULTS:
                        break
                faults = reading.faults[:MOST_FAULTS]
    except SheetUnreadable as refused:
        faults = [*faults, Fault(refused.line, "", "", f"file_{refused.code}")]
    batch.state = ImportState.CHECKED if faults else ImportState.CLEAN
    still_there = ImportBatch.objects.filter(pk=batch.pk).update(
        state=batch.state,
        mapping=batch.mapping,
        encoding=batch.encoding,
        faults=[asdict(fault) for fault in faults],
        row_count=rows,
        checked_rows=rows,
        alive_at=None,
    )
    if not still_there:
        return
    record(
        "consultation.import_checked",
        batch,
        by=batch.uploaded_by,
        at=timezone.now(),
        result=batch.state,
        data={"rows": rows, "faults": len(faults), "sha256": batch.sha256},
    )


def _faults_of_the_whole(batch: ImportBatch, sheet: Sheet) -> list[Fault]:
    same = ImportBatch.objects.filter(
        consultation=batch.consultation_id, sha256=batch.sha256, state=ImportState.IMPORTED
    )
    if same.exists():
        return [Fault(0, "", batch.file_name, "imported_file")]
    return mapping_faults(sheet, batch.mapping, default_moment(batch.received_on))


def _reading(batch: ImportBatch, sheet: Sheet, at: datetime) -> Reading:
    """Knows the numbers of all other imports; its own rows were written by this very file."""
    mapping = {name: batch.mapping[name] for name in FIELDS if name in batch.mapping}
    others = Opinion.objects.filter(consultation=batch.consultation_id).exclude(external_key="")
    keys = others.exclude(batch=batch).values_list("external_key", flat=True)
    return Reading(
        sheet,
        mapping,
        batch.channel,
        at,
        places_of(batch.consultation),
        set(keys.iterator(chunk_size=CHUNK)),
        default_moment(batch.received_on),
    )


def _import(batch: ImportBatch, at: datetime) -> None:
    """A thousand rows at a time, each with the number of rows done in one transaction."""
    with batch.file.open() as file:
        sheet = open_sheet(file.file, LARGE)
        reading = _reading(batch, sheet, at)
        rows = iter(sheet.rows)
        for row in islice(rows, batch.done_rows):
            reading.entry(row)
        reading.faults.clear()  # of rows that are there already
        while chunk := list(islice(rows, CHUNK)):
            entries = [entry for row in chunk if (entry := reading.entry(row))]
            if reading.faults or not _write(batch, entries, len(chunk)):
                _stop(batch, reading.faults or [_fault_of(chunk)])
                return
    _finish(batch)


def _write(batch: ImportBatch, entries: list[Entry], count: int) -> bool:
    """False when one of them was imported otherwise in the meantime."""
    page, by = batch.consultation, batch.uploaded_by
    try:
        with transaction.atomic():
            Opinion.objects.bulk_create(opinions_of(entries, page, batch, by))
            _move_on(batch, count)
    except IntegrityError:
        return False
    batch.done_rows += count
    return True


def _move_on(batch: ImportBatch, count: int) -> None:
    """Only from where this worker believes it is: one that was taken for dead writes nothing."""
    _change(batch, done_rows=batch.done_rows + count, alive_at=timezone.now())


def _change(batch: ImportBatch, **values) -> None:
    here = ImportBatch.objects.filter(
        pk=batch.pk, state=ImportState.RUNNING, done_rows=batch.done_rows
    )
    if not here.update(**values):
        raise Overtaken


def _say(batch: ImportBatch, **values) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(alive_at=timezone.now(), **values)


def _fault_of(chunk: list[Row]) -> Fault:
    return Fault(chunk[0].line, "", "", "imported_meanwhile")


def _stop(batch: ImportBatch, faults: list[Fault]) -> None:
    """What changed since the check: said, and the rest waits until it is mended."""
    told = [asdict(fault) for fault in faults[:MOST_FAULTS]]
    _change(batch, state=ImportState.CHECKED, alive_at=None, faults=told)


@transaction.atomic
def _finish(batch: ImportBatch) -> None:
    now = timezone.now()
    _change(batch, state=ImportState.IMPORTED, imported_at=now, file="", faults=[], alive_at=None)
    record(
        "consultation.opinions_imported",
        batch,
        by=batch.uploaded_by,
        at=now,
        data={"rows": batch.done_rows, "sha256": batch.sha256},
    )
    batch.drop_file()
