"""Periods, verdicts and numbers, at every edge (713, Art. 14-18; rulebook C, A4, T2-T5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation import rules
from consultation.annex import faults
from consultation.enums import ConsultationStatus, Verdict
from consultation.rules import SHANGHAI, Threshold

OPENS = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 9, 3, 0, 0, tzinfo=SHANGHAI)
MOMENT = timedelta(microseconds=1)
EDGES = [
    (OPENS - MOMENT, "before"),
    (OPENS, "open"),
    (CLOSES - MOMENT, "open"),
    (CLOSES, "after"),
]


@pytest.mark.parametrize(("at", "where"), EDGES)
def test_a_period_is_open_from_its_first_moment_up_to_its_last(at, where):
    assert rules.period_is_open(OPENS, CLOSES, at) is (where == "open")


@pytest.mark.parametrize(("opens", "closes"), [(None, CLOSES), (OPENS, None), (None, None)])
def test_a_period_without_its_moments_is_not_open(opens, closes):
    assert not rules.period_is_open(opens, closes, OPENS)


def test_the_same_moment_counts_in_every_time_zone():
    assert rules.period_is_open(OPENS, CLOSES, OPENS.astimezone(UTC))
    assert not rules.period_is_open(OPENS, CLOSES, CLOSES.astimezone(UTC))


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (OPENS - MOMENT, ConsultationStatus.SCHEDULED),
        (OPENS, ConsultationStatus.OPEN),
        (CLOSES - MOMENT, ConsultationStatus.OPEN),
        (CLOSES, ConsultationStatus.CLOSED),
    ],
)
def test_the_status_follows_the_clock(at, status):
    assert rules.status_of(OPENS, CLOSES, answered=False, at=at) == status


def test_a_published_report_ends_every_status():
    assert rules.status_of(OPENS, CLOSES, answered=True, at=CLOSES) == ConsultationStatus.ANSWERED


def test_a_consultation_without_a_period_has_not_started():
    assert rules.status_of(None, None, answered=False, at=OPENS) == ConsultationStatus.SCHEDULED


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI), 31),
        (datetime(2026, 9, 1, 23, 59, 59, tzinfo=SHANGHAI), 2),
        (datetime(2026, 9, 2, 0, 0, tzinfo=SHANGHAI), 1),
        (CLOSES - MOMENT, 1),
        (CLOSES, 0),
        (CLOSES + timedelta(days=9), 0),
    ],
)
def test_days_left_are_days_in_shanghai_and_the_last_day_is_one(at, left):
    assert rules.days_left(CLOSES, at) == left
    assert rules.days_left(CLOSES, at.astimezone(UTC)) == left


def test_a_period_that_closes_at_five_still_has_its_last_day():
    closes = datetime(2026, 9, 3, 17, 0, tzinfo=SHANGHAI)

    assert rules.days_left(closes, datetime(2026, 9, 3, 16, 59, tzinfo=SHANGHAI)) == 1


@pytest.mark.parametrize(
    ("closes", "days"),
    [
        (datetime(2026, 9, 1, 23, 59, tzinfo=SHANGHAI), 29),
        (datetime(2026, 9, 2, 0, 0, tzinfo=SHANGHAI), 29),
        (datetime(2026, 9, 2, 0, 1, tzinfo=SHANGHAI), 30),
        (datetime(2026, 9, 3, 0, 0, tzinfo=SHANGHAI), 30),
        (datetime(2026, 9, 4, 0, 0, tzinfo=SHANGHAI), 31),
    ],
)
def test_the_day_of_publication_does_not_count(closes, days):
    assert rules.period_days(date(2026, 8, 3), closes) == days


@pytest.mark.parametrize(("days", "needed"), [(29, True), (30, False), (31, False)])
def test_under_thirty_days_a_reason_is_printed(days, needed):
    assert rules.needs_short_period_reason(days) is needed


def test_a_period_counts_from_the_later_of_opening_and_publication():
    later = OPENS + timedelta(days=2)

    assert rules.begins_on(OPENS, later) == date(2026, 8, 5)
    assert rules.begins_on(later, OPENS) == date(2026, 8, 5)


def test_just_after_midnight_in_shanghai_it_is_the_next_day():
    at = datetime(2026, 8, 2, 16, 0, tzinfo=UTC)

    assert rules.begins_on(at - MOMENT, at - MOMENT) == date(2026, 8, 2)
    assert rules.begins_on(at, at) == date(2026, 8, 3)


@pytest.mark.parametrize(
    ("opens", "closes", "at", "cut"),
    [
        (OPENS, CLOSES, OPENS, False),
        (OPENS, CLOSES + MOMENT, OPENS, False),
        (OPENS, CLOSES - MOMENT, OPENS, True),
        (OPENS + MOMENT, CLOSES, OPENS, True),
        (OPENS - MOMENT, CLOSES, OPENS, True),
        (OPENS, CLOSES - MOMENT, OPENS - MOMENT, False),
        (OPENS + MOMENT, CLOSES, OPENS - MOMENT, False),
    ],
)
def test_a_period_that_has_begun_is_never_cut(opens, closes, at, cut):
    assert rules.period_was_cut((OPENS, CLOSES), (opens, closes), at) is cut


@pytest.mark.parametrize(
    ("wanted", "at", "late"),
    [
        (CLOSES + MOMENT, CLOSES - MOMENT, False),
        (CLOSES + MOMENT, CLOSES, True),
        (CLOSES, CLOSES, False),
    ],
)
def test_a_period_that_has_ended_stays_ended(wanted, at, late):
    assert rules.has_late_extension(CLOSES, wanted, at) is late


@pytest.mark.parametrize(
    ("verdict", "reason", "complete"),
    [
        (Verdict.ADOPTED, "", True),
        (Verdict.PARTLY_ADOPTED, "", False),
        (Verdict.NOT_ADOPTED, "", False),
        (Verdict.NOT_ADOPTED, " \n　", False),
        (Verdict.NOT_ADOPTED, "超出本级权限", True),
        (Verdict.OFF_TOPIC, "", False),
        (Verdict.OFF_TOPIC, "已转市容所", True),
        (Verdict.PENDING, "还在研究", False),
    ],
)
def test_what_is_not_simply_adopted_needs_its_reason(verdict, reason, complete):
    assert rules.verdict_is_complete(verdict, reason) is complete


@pytest.mark.parametrize(
    ("count", "total", "concentrated"),
    [
        (0, 0, False),
        (0, 100, False),
        (2, 100, False),
        (3, 100, True),
        (2, 40, True),
        (2, 41, False),
        (1, 20, True),
        (1, 21, False),
    ],
)
def test_three_opinions_or_one_in_twenty_are_concentrated(count, total, concentrated):
    assert Threshold().is_reached(count, total, people=count) is concentrated


def test_a_consultation_may_set_its_own_threshold():
    own = Threshold(count=10, percent=10)
    assert not own.is_reached(3, 100, people=3)
    assert own.is_reached(10, 1000, people=10)
    assert own.is_reached(5, 50, people=5)


@pytest.mark.parametrize(("people", "concentrated"), [(1, False), (2, False), (3, True)])
def test_what_few_people_say_often_is_not_concentrated_where_people_count(people, concentrated):
    assert Threshold(people=3).is_reached(50, 100, people) is concentrated


@pytest.mark.parametrize(
    ("verdict", "refused", "concentrated", "needed"),
    [
        (Verdict.NOT_ADOPTED, 0, True, True),
        (Verdict.PARTLY_ADOPTED, 1, True, True),
        (Verdict.PARTLY_ADOPTED, 0, True, False),
        (Verdict.NOT_ADOPTED, 9, False, False),
    ],
)
def test_what_many_asked_for_in_vain_is_signed_twice(verdict, refused, concentrated, needed):
    assert rules.needs_countersignature(verdict, refused, concentrated) is needed


def test_nobody_signs_twice():
    assert not rules.may_countersign(7, 7)
    assert rules.may_countersign(8, 7)


def report_facts(**changes) -> dict:
    group = {"concentrated": True, "verdict": "not_adopted", "reason": "超出权限"}
    facts = {
        "received": 1,
        "withdrawn": 0,
        "by_verdict": {"adopted": 1},
        "by_channel": {"web": 1},
        "groups": [group],
    }
    return facts | changes


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"by_verdict": {"pending": 1}}, ["undecided"]),
        (
            {"groups": [{"concentrated": True, "verdict": "pending", "reason": ""}]},
            ["group_undecided"],
        ),
        (
            {"groups": [{"concentrated": True, "verdict": "not_adopted", "reason": ""}]},
            ["unreasoned"],
        ),
        ({"groups": [{"concentrated": False, "verdict": "pending", "reason": ""}]}, []),
        ({"groups": [{"concentrated": True, "verdict": "adopted", "reason": ""}]}, []),
        ({"received": 2}, ["unbalanced"]),
    ],
)
def test_what_forbids_publishing_a_report(changes, found):
    assert faults(report_facts(**changes)) == found


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (200, "二百"),
        (999, "九百九十九"),
    ],
)
def test_articles_are_numbered_in_chinese(number, text):
    assert rules.chinese_number(number) == text


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_there_is_no_article_nought_and_none_beyond_999(number):
    with pytest.raises(ValueError):
        rules.chinese_number(number)


@given(st.integers(1, 999), st.integers(1, 999))
def test_no_two_articles_have_the_same_number(one, other):
    assert (rules.chinese_number(one) == rules.chinese_number(other)) is (one == other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000，谢谢", "电话138****8000，谢谢"),
        ("138-0013-8000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("+86 13800138000", "+86 138****8000"),
        ("+8613800138000", "+86138****8000"),
        ("8613800138000", "86138****8000"),
        ("021-56781234", "021-****1234"),
        ("02156781234", "021****1234"),
        ("（021）56781234", "（021）****1234"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("0510-8678123", "0510-****8123"),
        ("310113196001011234", "310113********1234"),
        ("31011319600101123X", "310113********123X"),
        ("请发到wang.li+1@example.com.cn。", "请发到***@***。"),
        ("补贴240000元，2026年9月1日", "补贴240000元，2026年9月1日"),
        ("沪府办〔2023〕12号，编号202609180001", "沪府办〔2023〕12号，编号202609180001"),
    ],
)
def test_private_numbers_are_masked_before_a_text_is_public(text, shown):
    assert rules.without_private_data(text) == shown


@given(st.text(), st.integers(13000000000, 19999999999), st.text())
def test_no_mobile_number_survives_between_other_words(before, number, after):
    text = f"{before.rstrip('0123456789')}，{number}，{after}"

    assert str(number) not in rules.without_private_data(text).split("，")


def test_contacts_are_kept_for_a_year_after_the_report():
    assert rules.contact_kept_until(date(2026, 10, 9)) == date(2027, 10, 9)


@pytest.mark.parametrize(
    ("took", "went_well", "rest"),
    [(0, True, 5), (1, True, 5), (2, True, 8), (14, True, 56), (16, True, 60), (0, False, 60)],
)
def test_reading_again_waits_for_minutes_and_takes_a_fifth_of_the_time(took, went_well, rest):
    asked = datetime(2026, 9, 1, 9, 0, tzinfo=SHANGHAI)
    finished = asked + timedelta(minutes=took)

    assert rules.read_again_from(asked, finished, went_well) == finished + timedelta(minutes=rest)
