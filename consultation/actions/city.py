"""A package for the city's suggestion system is made, and ticked off once it is entered (C7)."""

import hashlib
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils import timezone

from cms.record.actions import record

from ..city import city_package
from ..enums import CityScope
from ..models import CityEntry, ConsultationPage


class EntryDayImpossible(Exception):
    """A package is entered on a day after it was made, and not in the future."""


@transaction.atomic
def make_city_package(
    consultation: ConsultationPage, scope: CityScope, *, by, at: datetime
) -> tuple[CityEntry, IO[bytes]]:
    """The package, and the row that waits until somebody has entered it. Close the file."""
    file, count = city_package(consultation.original, scope)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    entry = CityEntry.objects.create(
        consultation=consultation.original,
        scope=scope,
        suggestions=count,
        sha256=digest,
        exported_at=at,
        exported_by=by,
    )
    record(
        "consultation.city_package_made",
        entry,
        by=by,
        at=at,
        data={"scope": scope.value, "suggestions": count, "sha256": digest},
    )
    return entry, file


@transaction.atomic
def note_city_entry(
    entry: CityEntry, *, entered_on: date, city_number: str, by, at: datetime
) -> CityEntry:
    """An officer has entered the package in the city's system; a slip is noted anew.

    Refuses with EntryDayImpossible.
    """
    entry = CityEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    made_on, today = timezone.localdate(entry.exported_at), timezone.localdate(at)
    if not made_on <= entered_on <= today:
        raise EntryDayImpossible
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
