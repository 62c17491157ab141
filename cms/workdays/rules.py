"""Counting working days and calendar days (rulebook T1-T6). No models, no clock, no database.

Days are `datetime.date` in Asia/Shanghai. A `Calendar` says which days are worked; every count
explains itself day by day, so that anybody can check the date on paper.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from .enums import Why

SATURDAY = 5
ONE_DAY = timedelta(days=1)
THIRTY_DAYS = 30

Departure = tuple[bool, str]  # (ordered to work, name); False: ordered to rest
Span = tuple[date, date]  # (stopped on, resumed on): the first day is not in it, the last is


class DayOutsideNotice(ValueError):
    """A day was entered with the notice of a year it does not belong to."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: the weekday, unless the year's arrangement departs from it (T1).

    `table` holds the departures only; `announced` the years with an official arrangement.
    """

    table: Mapping[date, Departure] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        departure = self.table.get(day)
        return departure[0] if departure else day.weekday() < SATURDAY

    def name_of(self, day: date) -> str:
        """The name of the holiday or exchange, or an empty string."""
        departure = self.table.get(day)
        return departure[1] if departure else ""

    def is_announced(self, year: int) -> bool:
        """Whether the State Council's notice for the year is known (T6)."""
        return year in self.announced

    def is_provisional(self, days: Iterable[date]) -> bool:
        """Whether any of the days lies in a year without an arrangement (T6)."""
        return any(not self.is_announced(year) for year in {day.year for day in days})


@dataclass(frozen=True)
class CountedDay:
    """One line of an explanation. `number` is the day's place in the count, from 1."""

    day: date
    counted: bool
    number: int | None
    why: Why
    name: str = ""
    announced: bool = True


@dataclass(frozen=True)
class Counted:
    """The result of a count: the due day, whether it may still move, and the way there."""

    day: date
    provisional: bool
    days: tuple[CountedDay, ...]


@dataclass(frozen=True)
class PeriodEnd:
    """The end of a period in calendar days: as counted, and as moved to a working day."""

    nominal: date
    day: date
    provisional: bool


def nth_working_day(
    start: date, n: int, calendar: Calendar, paused: Iterable[Span] = ()
) -> Counted:
    """The n-th working day after `start`; `start` itself is not counted (T2, Civil Art. 201).

    Days of a paused span are passed over. Raises `ValueError` when `n` is below 1.
    """
    if n < 1:
        raise ValueError("Count at least one working day.")
    spans = tuple(paused)
    days = [_line(start, None, Why.FIRST_DAY, calendar)]
    number = 0
    while number < n:
        day = days[-1].day + ONE_DAY
        why = _why(day, calendar, spans)
        counted = why in (Why.WORKING_DAY, Why.ORDERED_TO_WORK)
        number += counted
        days.append(_line(day, number if counted else None, why, calendar))
    provisional = calendar.is_provisional(line.day for line in days[1:])
    return Counted(days[-1].day, provisional, tuple(days))


def _line(day: date, number: int | None, why: Why, calendar: Calendar) -> CountedDay:
    return CountedDay(
        day=day,
        counted=number is not None,
        number=number,
        why=why,
        name=calendar.name_of(day),
        announced=calendar.is_announced(day.year),
    )


def _why(day: date, calendar: Calendar, paused: tuple[Span, ...]) -> Why:
    is_weekday = day.weekday() < SATURDAY
    if any(stopped < day <= resumed for stopped, resumed in paused):
        return Why.PAUSED
    if calendar.is_working(day):
        return Why.WORKING_DAY if is_weekday else Why.ORDERED_TO_WORK
    return Why.HOLIDAY if day in calendar.table else Why.WEEKEND


def working_days_between(a: date, b: date, calendar: Calendar) -> int:
    """How many working days lie after `a`, `b` included; negative when `b` is before `a`."""
    if b < a:
        return -working_days_between(b, a, calendar)
    return sum(calendar.is_working(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))


def nth_working_day_before(day: date, n: int, calendar: Calendar) -> date:
    """The n-th working day before `day`; `day` itself when `n` is 0."""
    while n > 0:
        day -= ONE_DAY
        n -= calendar.is_working(day)
    return day


def roll_to_working_day(day: date, calendar: Calendar) -> date:
    """`day`, or the first working day after it (T3, Civil Art. 203)."""
    while not calendar.is_working(day):
        day += ONE_DAY
    return day


def end_of_period(start: date, days: int, calendar: Calendar) -> PeriodEnd:
    """The last day of a period of calendar days that starts on `start` (T3, T4).

    The starting day is not counted. The period lasts to the end (24:00) of `.day`. Raises
    `ValueError` when `days` is below 1.
    """
    if days < 1:
        raise ValueError("A period has at least one day.")
    nominal = start + timedelta(days=days)
    day = roll_to_working_day(nominal, calendar)
    return PeriodEnd(nominal, day, calendar.is_provisional((nominal, day)))


def thirty_days(start: date, calendar: Calendar) -> PeriodEnd:
    """The end of the thirty days of a public consultation (T4)."""
    return end_of_period(start, THIRTY_DAYS, calendar)


def check_days_of_notice(year: int, days: Iterable[date]) -> None:
    """A notice orders days of its own year, and of December before it (New Year's exchange).

    Raises `DayOutsideNotice` naming the first day that does not belong.
    """
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    for day in sorted(days):
        if not first <= day <= last:
            raise DayOutsideNotice(day.isoformat())
