from datetime import date, timedelta

import chinese_calendar
import pytest

from cms.workdays.enums import Why
from cms.workdays.rules import (
    Calendar,
    DayOutsideNotice,
    PeriodEnd,
    check_days_of_notice,
    end_of_period,
    nth_working_day,
    nth_working_day_before,
    roll_to_working_day,
    thirty_days,
    working_days_between,
)
from cms.workdays.statutory import announced_years, departures

CALENDAR = Calendar(departures("zh-hans"), announced_years())


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2023-07-03", 10, "2023-07-17"),
        ("2024-09-27", 10, "2024-10-16"),
        ("2025-01-20", 20, "2025-02-21"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2025-12-26", 5, "2026-01-05"),
        ("2026-01-30", 20, "2026-03-05"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-04-28", 10, "2026-05-14"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-09-30", 20, "2026-11-03"),
        ("2026-11-23", 20, "2026-12-21"),
    ],
)
def test_the_nth_working_day_follows_the_notice_of_the_year(start, n, due):
    counted = nth_working_day(day(start), n, CALENDAR)
    assert (counted.day, counted.provisional) == (day(due), False)


def test_a_count_that_reaches_a_year_without_a_notice_is_provisional():
    counted = nth_working_day(day("2026-12-21"), 10, CALENDAR)
    assert (counted.day, counted.provisional) == (day("2027-01-05"), True)


def test_a_count_is_provisional_from_its_first_day_in_the_new_year():
    last_of_the_year = nth_working_day(day("2026-12-21"), 8, CALENDAR)
    first_of_the_next = nth_working_day(day("2026-12-21"), 9, CALENDAR)
    assert (last_of_the_year.day, last_of_the_year.provisional) == (day("2026-12-31"), False)
    assert (first_of_the_next.day, first_of_the_next.provisional) == (day("2027-01-04"), True)


def test_a_count_explains_itself_day_by_day():
    counted = nth_working_day(day("2025-12-30"), 3, CALENDAR)
    assert [(str(line.day), line.number, line.why, line.name) for line in counted.days] == [
        ("2025-12-30", None, Why.FIRST_DAY, ""),
        ("2025-12-31", 1, Why.WORKING_DAY, ""),
        ("2026-01-01", None, Why.HOLIDAY, "元旦"),
        ("2026-01-02", None, Why.HOLIDAY, "休息日（由 2026-01-04 调休）"),
        ("2026-01-03", None, Why.WEEKEND, ""),
        ("2026-01-04", 2, Why.ORDERED_TO_WORK, ""),
        ("2026-01-05", 3, Why.WORKING_DAY, ""),
    ]


def test_an_explanation_says_which_of_its_days_are_not_announced_yet():
    counted = nth_working_day(day("2026-12-30"), 2, CALENDAR)
    assert [(str(line.day), line.announced) for line in counted.days[:3]] == [
        ("2026-12-30", True),
        ("2026-12-31", True),
        ("2027-01-01", False),
    ]


def test_a_pause_is_passed_over_from_the_day_after_it_began_to_the_day_it_ended():
    paused = [(day("2026-11-24"), day("2026-11-26"))]
    counted = nth_working_day(day("2026-11-23"), 3, CALENDAR, paused)
    assert [(str(line.day), line.why) for line in counted.days[1:5]] == [
        ("2026-11-24", Why.WORKING_DAY),
        ("2026-11-25", Why.PAUSED),
        ("2026-11-26", Why.PAUSED),
        ("2026-11-27", Why.WORKING_DAY),
    ]
    assert counted.day == day("2026-11-30")


@pytest.mark.parametrize("n", [0, -1])
def test_a_count_of_less_than_one_day_is_refused(n):
    with pytest.raises(ValueError, match="at least one"):
        nth_working_day(day("2026-11-23"), n, CALENDAR)


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_every_announced_year_agrees_with_an_independent_calendar(year):
    days = [date(year, 1, 1) + timedelta(days=i) for i in range(365)] + [date(year, 12, 31)]
    assert [d for d in days if CALENDAR.is_working(d) != chinese_calendar.is_workday(d)] == []


def test_the_library_does_not_know_the_notice_for_2027():
    assert CALENDAR.is_announced(2026)
    assert not CALENDAR.is_announced(2027)


def test_an_unannounced_year_rests_on_its_statutory_holidays_and_orders_no_weekend_work():
    days = [date(2027, 1, 1) + timedelta(days=i) for i in range(365)]
    worked = [d for d in days if CALENDAR.is_working(d)]
    assert len(worked) == 248
    assert [d for d in worked if d.weekday() >= 5] == []
    assert not CALENDAR.is_working(day("2027-01-01"))


def test_a_notice_entered_by_hand_does_away_with_the_expected_making_up_days():
    entered = departures("zh-hans", frozenset({2027}))
    assert day("2027-02-09") in departures("zh-hans")
    assert day("2027-02-09") not in entered
    assert entered[day("2027-02-08")] == (False, "春节")


def test_names_follow_the_language_of_the_reader():
    assert departures("en")[day("2026-01-01")] == (False, "New Year's Day")


@pytest.mark.parametrize(
    ("a", "b", "between"),
    [
        ("2026-09-18", "2026-10-09", 10),
        ("2026-10-09", "2026-10-09", 0),
        ("2026-10-09", "2026-10-10", 1),
        ("2026-10-10", "2026-10-11", 0),
        ("2026-10-12", "2026-10-09", -2),
    ],
)
def test_working_days_between_two_days_leave_out_the_first(a, b, between):
    assert working_days_between(day(a), day(b), CALENDAR) == between


@pytest.mark.parametrize(
    ("n", "before"), [(0, "2026-10-09"), (1, "2026-10-08"), (2, "2026-09-30")]
)
def test_working_days_are_counted_back_over_a_long_holiday(n, before):
    assert nth_working_day_before(day("2026-10-09"), n, CALENDAR) == day(before)


@pytest.mark.parametrize(
    ("start", "nominal", "end"),
    [
        ("2026-01-20", "2026-02-19", "2026-02-24"),
        ("2026-09-04", "2026-10-04", "2026-10-08"),
        ("2025-11-19", "2025-12-19", "2025-12-19"),
    ],
)
def test_thirty_days_that_end_on_a_day_off_end_on_the_next_working_day(start, nominal, end):
    assert thirty_days(day(start), CALENDAR) == PeriodEnd(day(nominal), day(end), False)


def test_a_period_that_ends_in_an_unannounced_year_is_provisional():
    assert end_of_period(day("2026-12-02"), 30, CALENDAR) == PeriodEnd(
        day("2027-01-01"), day("2027-01-04"), True
    )


def test_a_period_that_rolls_into_an_unannounced_year_is_provisional():
    calendar = Calendar({day("2026-12-31"): (False, "停工")}, frozenset({2026}))
    assert end_of_period(day("2026-12-30"), 1, calendar) == PeriodEnd(
        day("2026-12-31"), day("2027-01-01"), True
    )


def test_a_working_day_does_not_roll_and_a_weekend_ordered_to_work_is_one():
    assert roll_to_working_day(day("2026-10-09"), CALENDAR) == day("2026-10-09")
    assert roll_to_working_day(day("2026-10-10"), CALENDAR) == day("2026-10-10")
    assert roll_to_working_day(day("2026-10-11"), CALENDAR) == day("2026-10-12")


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("2026-11-30", False),
        ("2026-12-01", True),
        ("2027-12-31", True),
        ("2028-01-01", False),
    ],
)
def test_a_notice_orders_days_of_its_year_and_of_the_december_before(text, belongs):
    if belongs:
        check_days_of_notice(2027, [day(text)])
    else:
        with pytest.raises(DayOutsideNotice, match=text):
            check_days_of_notice(2027, [day(text)])
