"""Who may come, when, and who gets which place: no database, no clock."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.enums import ActivityStatus, AgeBand, PartyFault, SignUpState
from events.rules import (
    SHANGHAI,
    Conditions,
    Load,
    Person,
    Promotion,
    Standing,
    Waiting,
    age_band,
    faults_of,
    kept_until,
    may_become,
    next_to_promote,
    offer_deadline,
    offer_is_open,
    people_at_most,
    places_needed,
    reminder_due,
    room_left,
    status_of,
    unconfirmed_released_at,
    window_is_open,
)

OPENS = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 8, 13, 17, 0, tzinfo=SHANGHAI)
STARTS = datetime(2026, 8, 15, 9, 0, tzinfo=SHANGHAI)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(OPENS - MOMENT, False), (OPENS, True), (CLOSES - MOMENT, True), (CLOSES, False)],
)
def test_the_window_takes_its_first_moment_and_not_its_last(at, is_open):
    assert window_is_open(OPENS, CLOSES, at) is is_open


def test_without_both_ends_there_is_no_window():
    assert not window_is_open(None, CLOSES, OPENS)
    assert not window_is_open(OPENS, None, OPENS)


ANYBODY = Conditions()


def faults(conditions=ANYBODY, *people, **told):
    said = {"size": len(people) or 1, "audience": "", "lives_here": False, "has_guardian": False}
    return faults_of(conditions, people or (Person(),), **said | told)


@pytest.mark.parametrize(
    ("age", "found"),
    [(13, [PartyFault.AGE]), (14, []), (60, []), (61, [PartyFault.AGE]), (None, [PartyFault.AGE])],
)
def test_ages_are_those_of_the_day_and_bounds_belong_to_it(age, found):
    assert faults(Conditions(min_age=14, max_age=60), Person(age), has_guardian=True) == found


def test_where_ages_matter_everybodys_is_needed():
    conditions = Conditions(min_age=14)

    assert faults(conditions, Person(30), size=2) == [PartyFault.AGE]
    assert faults(conditions, Person(30), Person(15), size=2) == []


@pytest.mark.parametrize(
    ("person", "needs_guardian"),
    [
        (Person(13), True),
        (Person(14), False),
        (Person(None, True), True),
        (Person(20, True), False),
    ],
)
def test_below_fourteen_a_guardian_consents(person, needs_guardian):
    assert faults(Conditions(), person) == ([PartyFault.GUARDIAN] if needs_guardian else [])
    assert faults(Conditions(), person, has_guardian=True) == []


@pytest.mark.parametrize("size", [0, -1, 501, 10**9])
def test_a_party_has_between_one_and_five_hundred_people(size):
    assert PartyFault.SIZE in faults(Conditions(), size=size)


@pytest.mark.parametrize(("size", "found"), [(4, []), (5, [PartyFault.TOO_MANY])])
def test_a_party_is_no_larger_than_the_activity_allows(size, found):
    assert faults(Conditions(party_max=4), size=size) == found


def test_no_more_companions_are_named_than_people_come():
    assert faults(Conditions(), Person(), Person(), size=1) == [PartyFault.MORE_THAN_SAID]


def test_residence_and_category_are_asked_only_where_they_matter():
    here = Conditions(residence="town", audiences=("resident", "observer"))

    assert faults() == []
    assert faults(here) == [PartyFault.RESIDENCE, PartyFault.AUDIENCE]
    assert faults(here, lives_here=True, audience="observer") == []


@pytest.mark.parametrize(
    ("unit", "places", "people"), [("persons", 3, 3), ("households", 1, 4), ("enterprises", 1, 4)]
)
def test_a_household_and_an_enterprise_take_one_place(unit, places, people):
    assert places_needed(unit, 3) == places
    assert people_at_most(unit, 4, places) == people


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, AgeBand.CHILD),
        (13, AgeBand.CHILD),
        (14, AgeBand.TEENAGER),
        (17, AgeBand.TEENAGER),
        (18, AgeBand.ADULT),
        (59, AgeBand.ADULT),
        (60, AgeBand.SENIOR),
        (None, AgeBand.UNKNOWN),
    ],
)
def test_statistics_know_bands_and_no_ages(age, band):
    assert age_band(age) == band
    assert age_band(None, is_child=True) == AgeBand.CHILD


@pytest.mark.parametrize(
    ("queue", "free", "promoted"),
    [
        ([], 3, []),
        ([Waiting(1, 1)], 0, []),
        ([Waiting(1, 2), Waiting(2, 1)], 3, [Promotion(1, 2), Promotion(2, 1)]),
        ([Waiting(1, 4), Waiting(2, 1)], 3, []),
        ([Waiting(1, 4, True), Waiting(2, 1)], 3, [Promotion(1, 3)]),
        ([Waiting(1, 1), Waiting(2, 3), Waiting(3, 1)], 3, [Promotion(1, 1)]),
        ([Waiting(1, 2)], -1, []),
    ],
)
def test_the_waiting_list_moves_up_in_its_order_and_parties_stay_together(queue, free, promoted):
    assert next_to_promote(queue, free) == promoted


@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=20),
    st.integers(-2, 30),
)
def test_whoever_waits_nobody_overtakes_and_no_place_is_given_twice(parties, free):
    queue = [Waiting(key, places, split) for key, (places, split) in enumerate(parties)]

    promoted = next_to_promote(queue, free)

    assert [one.key for one in promoted] == list(range(len(promoted)))
    assert sum(one.places for one in promoted) <= max(free, 0)
    whole = [one for one in promoted if one.places == queue[one.key].places]
    assert len(whole) >= len(promoted) - 1
    left = free - sum(one.places for one in promoted)
    following = queue[len(promoted)] if len(whole) == len(promoted) < len(queue) else None
    assert following is None or following.places > left


def load(start, end, people):
    return Load(STARTS + timedelta(hours=start), STARTS + timedelta(hours=end), people)


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], 90),
        ([load(0, 2, 30)], 60),
        ([load(2, 4, 80)], 90),
        ([load(-2, 0, 80)], 90),
        ([load(-1, 1, 30), load(1, 3, 40)], 50),
        ([load(-1, 2, 30), load(1, 3, 40)], 20),
        ([load(0, 2, 95)], -5),
    ],
)
def test_a_room_is_shared_by_those_who_are_in_it_at_one_time(others, left):
    assert room_left(100, load(0, 2, 10), others) == left


@pytest.mark.parametrize(
    ("before", "hours", "deadline"),
    [
        (timedelta(days=5), 24, timedelta(days=-4)),
        (timedelta(days=5), 0, None),
        (timedelta(hours=10), 24, timedelta(hours=-2)),
        (timedelta(hours=4), 24, timedelta(hours=-2)),
        (timedelta(hours=4) - MOMENT, 24, None),
        (timedelta(hours=-1), 24, None),
    ],
)
def test_an_offer_leaves_time_to_answer_or_is_none(before, hours, deadline):
    expected = None if deadline is None else STARTS + deadline

    assert offer_deadline(STARTS - before, hours, STARTS) == expected


def test_an_offer_is_open_until_its_deadline():
    assert offer_is_open(CLOSES, CLOSES - MOMENT)
    assert not offer_is_open(CLOSES, CLOSES)
    assert not offer_is_open(None, CLOSES)


@pytest.mark.parametrize(
    ("at", "which"),
    [
        (datetime(2026, 8, 11, 23, 59, tzinfo=SHANGHAI), 0),
        (datetime(2026, 8, 12, 0, 0, tzinfo=SHANGHAI), 3),
        (datetime(2026, 8, 13, 23, 59, tzinfo=SHANGHAI), 3),
        (datetime(2026, 8, 14, 0, 0, tzinfo=SHANGHAI), 1),
        (STARTS - MOMENT, 1),
        (STARTS, 0),
    ],
)
def test_reminders_fall_three_days_and_one_day_before(at, which):
    assert reminder_due(STARTS, at) == which


def test_unconfirmed_places_go_in_the_evening_before_in_shanghai():
    assert unconfirmed_released_at(STARTS) == datetime(2026, 8, 14, 18, 0, tzinfo=SHANGHAI)
    night = datetime(2026, 8, 15, 0, 30, tzinfo=SHANGHAI)
    assert unconfirmed_released_at(night) == datetime(2026, 8, 14, 18, 0, tzinfo=SHANGHAI)


def test_data_is_kept_for_six_months_after_the_day():
    assert kept_until(STARTS).isoformat() == "2027-02-11"


ENDS = {"cancelled", "declined", "expired", "released", "not_selected"}


@pytest.mark.parametrize("state", SignUpState.values)
def test_an_ended_sign_up_stays_ended(state):
    onward = {wanted for wanted in SignUpState.values if may_become(state, wanted)}

    assert (onward == set()) is (state in ENDS | {"attended"})


@pytest.mark.parametrize(
    ("facts", "at", "status"),
    [
        ({}, OPENS - MOMENT, ActivityStatus.SCHEDULED),
        ({}, OPENS, ActivityStatus.OPEN),
        ({"places_left": 0}, OPENS, ActivityStatus.FULL),
        ({"places_left": 0, "admission": "draw"}, OPENS, ActivityStatus.OPEN),
        ({}, CLOSES, ActivityStatus.CLOSED),
        ({}, STARTS, ActivityStatus.ENDED),
        ({"is_cancelled": True}, OPENS, ActivityStatus.CANCELLED),
        ({"admission": "open_door"}, OPENS, ActivityStatus.NO_SIGN_UP),
        ({"admission": "invitation"}, OPENS, ActivityStatus.BY_INVITATION),
        ({"opens_at": None}, OPENS, ActivityStatus.SCHEDULED),
    ],
)
def test_the_list_says_where_an_activity_stands(facts, at, status):
    standing = {
        "admission": "first_come",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "last_end": STARTS,
        "is_cancelled": False,
        "places_left": 5,
    }
    assert status_of(Standing(**standing | facts), at) == status
