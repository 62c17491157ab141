from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from wagtail.log_actions import log

from .models import ArrangedDay, Arrangement
from .registry import after_change
from .rules import Departure, check_days_of_notice


class DayAlreadyArranged(Exception):
    """The notice of another year has already arranged this day."""


@transaction.atomic
def enter_arrangement(
    year: int,
    notice_number: str,
    issued_on: date,
    days: Mapping[date, Departure],
    *,
    by=None,
    at: datetime,
) -> Arrangement:
    """The State Council's notice for the year is entered, or corrected (rulebook T6, T7).

    `days` holds all departures from the weekday: (ordered to work, name). Refuses with
    `DayOutsideNotice` or `DayAlreadyArranged`.
    """
    check_days_of_notice(year, days)
    arrangement, _ = Arrangement.objects.update_or_create(
        year=year, defaults={"notice_number": notice_number, "issued_on": issued_on}
    )
    _replace_days(arrangement, days)
    log(
        arrangement,
        "workdays.enter",
        user=by,
        timestamp=at,
        data={"year": year, "notice": notice_number, "days": len(days)},
    )
    _tell_of_change(at)
    return arrangement


@transaction.atomic
def withdraw_arrangement(arrangement: Arrangement, *, by=None, at: datetime) -> None:
    """A notice entered by mistake is taken back; dates in its year are provisional again."""
    log(arrangement, "workdays.withdraw", user=by, timestamp=at, data={"year": arrangement.year})
    arrangement.delete()
    _tell_of_change(at)


def _replace_days(arrangement: Arrangement, days: Mapping[date, Departure]) -> None:
    taken = ArrangedDay.objects.filter(day__in=days).exclude(arrangement=arrangement).first()
    if taken:
        raise DayAlreadyArranged(taken.day.isoformat())
    ArrangedDay.objects.filter(arrangement=arrangement).delete()
    ArrangedDay.objects.bulk_create(
        ArrangedDay(arrangement=arrangement, day=day, is_working=is_working, name=name)
        for day, (is_working, name) in days.items()
    )


def _tell_of_change(at: datetime) -> None:
    for tell in after_change:
        tell(at)
