from dataclasses import dataclass
from datetime import date

import pytest

from cms.duties.enums import Colour, Level, SegmentKind
from cms.duties.rules import (
    DueWarning,
    colour,
    days_left,
    days_paused,
    days_used,
    due_date,
    is_late,
    warnings_due,
)
from cms.workdays.enums import Why
from cms.workdays.rules import Calendar
from cms.workdays.statutory import announced_years, departures

CALENDAR = Calendar(departures("zh-hans"), announced_years())
DUE = date(2026, 10, 9)


@dataclass
class Stretch:
    kind: str
    started_on: date
    ended_on: date | None = None


def stretch(kind, started_on, ended_on=None):
    return Stretch(kind, date.fromisoformat(started_on), ended_on and date.fromisoformat(ended_on))


RUNNING, PAUSED, RESTARTED = SegmentKind.RUNNING, SegmentKind.PAUSED, SegmentKind.RESTARTED


def test_a_duty_is_due_on_the_nth_working_day_after_its_event():
    counted = due_date([stretch(RUNNING, "2026-09-18")], 10, CALENDAR)
    assert (counted.day, counted.provisional) == (DUE, False)


def test_a_duty_due_in_an_unannounced_year_is_provisional():
    assert due_date([stretch(RUNNING, "2026-12-21")], 10, CALENDAR).provisional


def test_the_days_of_a_pause_are_not_counted():
    clock = [
        stretch(RUNNING, "2026-11-02", "2026-11-04"),
        stretch(PAUSED, "2026-11-04", "2026-11-18"),
        stretch(RUNNING, "2026-11-18"),
    ]
    counted = due_date(clock, 20, CALENDAR)
    assert counted.day == date(2026, 12, 14)
    assert sum(line.why == Why.PAUSED for line in counted.days) == 14


def test_two_pauses_are_both_passed_over():
    clock = [
        stretch(RUNNING, "2026-11-02", "2026-11-03"),
        stretch(PAUSED, "2026-11-03", "2026-11-04"),
        stretch(RUNNING, "2026-11-04", "2026-11-05"),
        stretch(PAUSED, "2026-11-05", "2026-11-06"),
        stretch(RUNNING, "2026-11-06"),
    ]
    assert due_date(clock, 3, CALENDAR).day == date(2026, 11, 9)


def test_a_pause_that_lasts_gives_the_earliest_possible_date():
    clock = [stretch(RUNNING, "2026-11-02", "2026-11-04"), stretch(PAUSED, "2026-11-04")]
    assert due_date(clock, 20, CALENDAR).day == date(2026, 11, 30)


def test_a_correction_starts_the_whole_time_limit_anew():
    clock = [
        stretch(RUNNING, "2026-11-02", "2026-11-04"),
        stretch(PAUSED, "2026-11-04", "2026-11-10"),
        stretch(RESTARTED, "2026-11-10"),
    ]
    assert due_date(clock, 20, CALENDAR).day == date(2026, 12, 8)


def test_a_clock_without_a_segment_is_refused():
    with pytest.raises(ValueError, match="at least one segment"):
        due_date([], 10, CALENDAR)


@pytest.mark.parametrize(
    ("met_on", "late"),
    [
        (date(2026, 10, 8), False),
        (date(2026, 10, 9), False),
        (date(2026, 10, 10), True),
    ],
)
def test_a_duty_is_met_in_time_up_to_the_end_of_its_due_day(met_on, late):
    assert is_late(met_on, DUE) == late


@pytest.mark.parametrize(
    ("today", "left", "shown"),
    [
        ("2026-09-18", 10, Colour.GREEN),
        ("2026-09-22", 7, Colour.GREEN),
        ("2026-09-23", 6, Colour.GREEN),
        ("2026-09-24", 5, Colour.AMBER),
        ("2026-09-28", 4, Colour.AMBER),
        ("2026-09-29", 3, Colour.AMBER),
        ("2026-09-30", 2, Colour.RED),
        ("2026-10-07", 2, Colour.RED),
        ("2026-10-08", 1, Colour.RED),
        ("2026-10-09", 0, Colour.RED),
        ("2026-10-10", -1, Colour.PURPLE),
        ("2026-10-12", -2, Colour.PURPLE),
    ],
)
def test_the_colour_follows_the_working_days_that_remain(today, left, shown):
    remaining = days_left(date.fromisoformat(today), DUE, CALENDAR)
    assert (remaining, colour(remaining)) == (left, shown)


def test_the_weekend_after_the_due_day_is_already_overdue():
    assert days_left(date(2026, 11, 28), date(2026, 11, 27), CALENDAR) == -1


@pytest.mark.parametrize(
    ("today", "used"),
    [("2026-09-18", 0), ("2026-09-19", 0), ("2026-09-20", 1), ("2026-10-31", 10)],
)
def test_days_used_are_the_working_days_that_have_begun(today, used):
    counted = due_date([stretch(RUNNING, "2026-09-18")], 10, CALENDAR)
    assert days_used(counted, date.fromisoformat(today)) == used


@pytest.mark.parametrize(
    ("today", "paused"),
    [("2026-11-03", 0), ("2026-11-04", 0), ("2026-11-05", 1), ("2026-11-30", 14)],
)
def test_days_paused_are_calendar_days_up_to_today(today, paused):
    clock = [
        stretch(RUNNING, "2026-11-02", "2026-11-04"),
        stretch(PAUSED, "2026-11-04", "2026-11-18"),
        stretch(RUNNING, "2026-11-18"),
    ]
    assert days_paused(clock, date.fromisoformat(today)) == paused


@pytest.mark.parametrize(
    ("today", "fallen_due"),
    [
        ("2026-09-28", []),
        ("2026-09-29", [(3, "2026-09-29", Level.OFFICER)]),
        ("2026-10-07", [(3, "2026-09-29", Level.OFFICER)]),
        (
            "2026-10-08",
            [
                (3, "2026-09-29", Level.OFFICER),
                (1, "2026-10-08", Level.OFFICER),
                (1, "2026-10-08", Level.HEAD),
            ],
        ),
        (
            "2026-10-20",
            [
                (3, "2026-09-29", Level.OFFICER),
                (1, "2026-10-08", Level.OFFICER),
                (1, "2026-10-08", Level.HEAD),
            ],
        ),
    ],
)
def test_officers_are_warned_three_days_and_one_before_and_the_head_at_the_last(today, fallen_due):
    assert warnings_due(DUE, (3, 1), date.fromisoformat(today), CALENDAR) == [
        DueWarning(left, date.fromisoformat(falls_on), level)
        for left, falls_on, level in fallen_due
    ]
