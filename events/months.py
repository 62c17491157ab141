"""The programme as a calendar: pure, of entries that are given."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .programme import Entry, Standing


@dataclass(frozen=True)
class Day:
    """A day in the calendar view; one of a neighbouring month has no number."""

    number: int
    day: date | None
    held: Sequence[tuple[Entry, Standing]] = ()


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Day]]


def months_of(entries: Sequence[Entry]) -> list[Month]:
    """The months in which something is held, as weeks from Monday to Sunday."""
    held: dict[date, list[tuple[Entry, Standing]]] = {}
    for entry in entries:
        for one in entry.sessions:
            held.setdefault(one.day, []).append((entry, one))
    for meetings in held.values():
        meetings.sort(key=lambda meeting: meeting[1].session.starts_at)
    return [_month(first, held) for first in sorted({day.replace(day=1) for day in held})]


def _month(first: date, held: Mapping[date, Sequence]) -> Month:
    weeks = [
        [_calendar_day(first, day, held) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks)


def _calendar_day(first: date, day: date, held: Mapping[date, Sequence]) -> Day:
    if day.month != first.month:
        return Day(0, None)
    return Day(day.day, day, held.get(day, ()))
