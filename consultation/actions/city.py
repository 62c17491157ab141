"""A package for the city's suggestion system is made, and ticked off once it is entered (C7)."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils import timezone

from cms.record.actions import record

from ..city import city_package
from ..enums import CityScope
from ..models import CityEntry, CityRow, ConsultationPage

CHUNK = 1000


class EntryDayImpossible(Exception):
    """A package is entered on a day after it was made, and not in the future."""


@transaction.atomic
def make_city_package(
    consultation: ConsultationPage, scope: CityScope, *, by, at: datetime
) -> tuple[CityEntry, IO[bytes]]:
    """The package, and the row that waits until somebody has entered it. Close the file."""
    file, keys = city_package(consultation.original, scope)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    entry = CityEntry.objects.create(
        consultation=consultation.original,
        scope=scope,
        suggestions=len(keys),
        sha256=digest,
        exported_at=at,
        exported_by=by,
    )
    rows = (CityRow(entry=entry, number=n, opinion_id=key) for n, key in enumerate(keys, start=1))
    CityRow.objects.bulk_create(rows, CHUNK)
    record(
        "consultation.city_package_made",
        entry,
        by=by,
        at=at,
        data={"scope": scope.value, "suggestions": len(keys), "sha256": digest},
    )
    return entry, file


@transaction.atomic
def note_city_entry(
    entry: CityEntry, *, entered_on: date, city_number: str, by, at: datetime
) -> CityEntry:
    """An officer has entered the package in the city's system, with every row that was not yet; a
    slip is noted anew. Refuses with EntryDayImpossible.
    """
    entry = _held(entry, entered_on, at)
    entry.rows.filter(entered_on=None).update(entered_on=entered_on, entered_by=by)
    entry.entered_on, entry.entered_by, entry.city_number = entered_on, by, city_number
    entry.save(update_fields=["entered_on", "entered_by", "city_number"])
    record(
        "consultation.city_entry_noted",
        entry,
        by=by,
        at=at,
        data={"entered_on": entered_on.isoformat(), "city_number": city_number},
    )
    return entry


@transaction.atomic
def note_city_rows(
    entry: CityEntry, numbers: Mapping[int, str], *, entered_on: date, by, at: datetime
) -> int:
    """An officer has entered these rows (key → the number they were given there, or none); with
    the last of them the package is entered. How many were; those entered before are left alone.

    Refuses with EntryDayImpossible.
    """
    entry = _held(entry, entered_on, at)
    rows = list(entry.rows.filter(pk__in=list(numbers), entered_on=None))
    for row in rows:
        row.entered_on, row.entered_by, row.city_number = entered_on, by, numbers[row.pk]
    CityRow.objects.bulk_update(rows, ["entered_on", "entered_by", "city_number"], CHUNK)
    if rows:
        record(
            "consultation.city_rows_noted",
            entry,
            by=by,
            at=at,
            data={
                "entered_on": entered_on.isoformat(),
                "rows": {str(row.number): row.city_number for row in rows},
            },
        )
    if rows and not entry.rows.filter(entered_on=None).exists():
        last_day = max(entry.rows.values_list("entered_on", flat=True))
        note_city_entry(entry, entered_on=last_day, city_number=entry.city_number, by=by, at=at)
    return len(rows)


@transaction.atomic
def reopen_city_row(row: CityRow, *, by, at: datetime) -> None:
    """The tick was a slip: the row waits again, and with it the package."""
    entry = CityEntry.objects.select_for_update(of=("self",)).get(pk=row.entry_id)
    entered = entry.rows.filter(pk=row.pk, entered_on__isnull=False)
    if not entered.update(entered_on=None, entered_by=None, city_number=""):
        return
    entry.entered_on, entry.entered_by = None, None
    entry.save(update_fields=["entered_on", "entered_by"])
    record("consultation.city_row_reopened", entry, by=by, at=at, data={"row": row.number})


def _held(entry: CityEntry, entered_on: date, at: datetime) -> CityEntry:
    """The package until the end of the transaction: of two who tick its last rows one is last."""
    entry = CityEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    made_on, today = timezone.localdate(entry.exported_at), timezone.localdate(at)
    if not made_on <= entered_on <= today:
        raise EntryDayImpossible
    return entry
