"""Figures of the day: right, and silent about small groups (rulebook O8)."""

import itertools

import pytest

from events.enums import SessionState
from events.figures import figures_of, withheld
from events.models import Session, SignUp

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({}, set()),
        ({"a": 10, "b": 50}, set()),
        ({"a": 0, "b": 50}, set()),
        ({"a": 9, "b": 50}, {"a", "b"}),
        ({"a": 9, "b": 9, "c": 50}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 50, "d": 12}, {"a", "b", "d"}),
        ({"a": 3, "b": 20, "c": 11}, {"a", "c"}),
        ({"a": 4}, {"a"}),
    ],
)
def test_small_groups_are_withheld_and_cannot_be_computed(sizes, hidden):
    assert withheld(sizes) == hidden


def test_no_withheld_group_of_few_stands_alone():
    for sizes in itertools.product((0, 1, 4, 9, 10, 11, 30), repeat=4):
        groups = dict(zip("abcd", sizes, strict=True))
        hidden = withheld(groups)
        small = {group for group, size in groups.items() if 0 < size < 10}
        assert small <= hidden
        together = sum(groups[group] for group in hidden)
        is_all = {group for group, size in groups.items() if size} == hidden
        assert not hidden or together >= 10 and len(hidden) > 1 or is_all


def attended(activity, session, audience, people, arrived=None):
    return SignUp.objects.create(
        activity=activity,
        session=session,
        state="attended",
        party_size=people,
        places=people,
        held=people,
        audience=audience,
        channel="door",
        created_at=session.starts_at,
        state_at=session.starts_at,
        people_arrived=people if arrived is None else arrived,
    )


def test_the_figures_of_a_day(session):
    activity = session.activity
    Session.objects.update(state=SessionState.HELD)
    attended(activity, session, "resident", 20, arrived=18)
    attended(activity, session, "enterprise", 12)
    attended(activity, session, "student", 3)
    SignUp.objects.filter(audience="student").update(state="absent", people_arrived=None)

    found = figures_of(activity)

    assert (found.places, found.parties, found.signed_up) == (4, 3, 35)
    assert (found.with_a_place, found.came, found.turn_up) == (35, 30, 86)
    assert [number for _, number in found.by_category] == [18, 12]
    assert not found.withholds


def test_a_small_day_says_no_number_of_people(session):
    Session.objects.update(state=SessionState.HELD)
    attended(session.activity, session, "resident", 4)

    found = figures_of(session.activity)

    assert (found.came, found.by_category, found.turn_up) == (None, [], None)
    assert found.withholds


def test_sessions_that_were_not_held_do_not_count(session):
    attended(session.activity, session, "resident", 20)

    assert figures_of(session.activity).came == 0
