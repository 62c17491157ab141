"""Several processes at the same moment on real locks; each race with the control that shows it
fails where the lock, the condition or the constraint is taken away.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from cms.intake.keys import new_submission_key
from cms.intake.models import Receipt
from events.actions import signups
from events.models import SessionPlaces, SignUp
from events.queries import places_differences
from tests.factories import SIGN_UP_OPENS, STARTS, RoomFactory, SessionFactory

from .conftest import places_of, state_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RACER = Path(__file__).with_name("racer.py")
RACERS = 4


@pytest.fixture(autouse=True)
def on_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("real locks are those of PostgreSQL")


@pytest.fixture(scope="module")
def racers(django_db_setup, django_db_blocker):
    """Processes that are started once for all races."""
    with django_db_blocker.unblock():
        if connection.vendor != "postgresql":
            pytest.skip("real locks are those of PostgreSQL")
        known = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**known)
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(RACER)],
            env={**os.environ, "DATABASE_URL": address},
            cwd=RACER.parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(RACERS)
    ]
    yield running
    for process in running:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def race(racers, clerk):
    """Gives each order to a process of its own, to be done at one moment; what each came to."""

    def racing(*orders):
        start = time.time() + 0.3
        used = racers[: len(orders)]
        for process, (session, verb, extra) in zip(used, orders, strict=True):
            delay = extra.pop("delay", 0)
            order = {
                "session": session.pk,
                "verb": verb,
                "at": SIGN_UP_OPENS.isoformat(),
                "start": start + delay,
                **extra,
            }
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in used]

    return racing


@contextmanager
def without_constraint(model, name):
    """The table as it would be without it; what broke it is gone afterwards."""
    constraint = next(one for one in model._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        SignUp.objects.all().delete()
        SessionPlaces.objects.update(taken=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def counters(session):
    found = SessionPlaces.objects.get(pk=session.pk)
    return found.capacity, found.taken, found.waiting


@pytest.fixture
def last(activity, notice):
    """One place is left."""
    return SessionFactory(activity=activity, capacity=1)


def test_of_four_who_want_the_last_place_one_has_it(last, race):
    answers = race(*[(last, "sign_up", {"pausing": "take_at_once"}) for _ in range(4)])

    assert sorted(answers) == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    assert places_of(last) == (1, 1, 3)
    positions = SignUp.objects.queue().values_list("position", flat=True)
    assert list(positions) == [1, 2, 3]


def test_control_without_the_condition_the_last_place_is_given_twice(last, race):
    answers = race(*[(last, "sign_up", {"without": "condition"}) for _ in range(4)])

    assert answers.count("confirmed") == 4
    assert "taken" in next(iter(places_differences().values()))


def test_a_party_of_four_never_gets_three_places(activity, notice, race):
    session = SessionFactory(activity=activity, capacity=3)
    four = {"told": {"size": 4}, "pausing": "take_at_once"}

    answers = race((session, "sign_up", dict(four)), (session, "sign_up", dict(four)))

    assert answers == ["waitlisted", "waitlisted"]
    assert places_of(session) == (3, 0, 2)


def test_control_a_condition_that_does_not_count_the_party_oversells(activity, notice, race):
    session = SessionFactory(activity=activity, capacity=3)
    four = {"told": {"size": 4}, "without": "size"}

    # The constraint of the table refuses what the condition let pass …
    assert race((session, "sign_up", dict(four))) == ["IntegrityError"]
    # … and without it the session is oversold.
    with without_constraint(SessionPlaces, "places_not_oversold"):
        assert race((session, "sign_up", dict(four))) == ["confirmed"]
        assert counters(session) == (3, 4, 0)


def test_nobody_waits_beside_a_place_that_was_given_back_meanwhile(last, come, race):
    holder = come(last).sign_up
    leaves = {"told": {"sign_up": holder.pk}, "pausing": "lock_places"}

    answers = race((last, "cancel", leaves), (last, "sign_up", {"delay": 0.3}))

    newcomer = SignUp.objects.exclude(pk=holder.pk).get()
    assert (answers[0], newcomer.state, places_of(last)) == ("cancelled", "confirmed", (1, 1, 0))


def test_control_without_the_lock_somebody_waits_beside_a_free_place(last, come, race):
    holder = come(last).sign_up
    leaves = {"told": {"sign_up": holder.pk}, "delay": 1.2}

    answers = race((last, "sign_up", {"without": "lock"}), (last, "cancel", leaves))

    assert answers == ["waitlisted", "cancelled"]
    assert counters(last) == (1, 0, 1)


def test_who_waits_moves_up_before_anybody_new(last, come, race):
    holder, waiting = come(last).sign_up, come(last).sign_up
    leaves = {"told": {"sign_up": holder.pk}, "pausing": "lock_places"}

    answers = race(
        (last, "cancel", leaves),
        (last, "sign_up", {"delay": 0.3}),
        (last, "sign_up", {"delay": 0.3}),
    )

    assert answers == ["cancelled", "waitlisted", "waitlisted"]
    assert (state_of(waiting), places_of(last)) == ("confirmed", (1, 1, 2))


def test_control_without_asking_who_waits_somebody_new_overtakes(activity, come, race):
    session = SessionFactory(activity=activity, capacity=4)
    come(session, 3)
    waiting = come(session, 2).sign_up

    assert race((session, "sign_up", {})) == ["waitlisted"]
    assert race((session, "sign_up", {"without": "waiting"})) == ["confirmed"]
    assert state_of(waiting) == "waitlisted"


def test_capacity_is_not_lowered_below_a_sign_up_of_the_same_moment(activity, notice, race):
    session = SessionFactory(activity=activity, capacity=2)
    lowers = {"told": {"capacity": 1}, "delay": 0.3}
    two = {"told": {"size": 2}, "pausing": "take_at_once"}

    answers = race((session, "sign_up", two), (session, "lower", lowers))

    # Whichever came first, the other saw it.
    assert (answers, places_of(session)) in (
        (["confirmed", "CapacityBelowTaken"], (2, 2, 0)),
        (["waitlisted", "lowered"], (1, 0, 1)),
    )


def test_control_without_the_lock_capacity_falls_below_what_is_held(activity, notice, race):
    session = SessionFactory(activity=activity, capacity=2)
    two = {"told": {"size": 2}, "delay": 1.2}
    lowers = {"told": {"capacity": 1}, "without": "lock"}

    # Again the constraint is the last to refuse …
    assert race((session, "lower", dict(lowers)), (session, "sign_up", dict(two))) == [
        "IntegrityError",
        "confirmed",
    ]
    SignUp.objects.all().delete()
    SessionPlaces.objects.update(taken=0)
    # … and without it there are fewer places than people who have them.
    with without_constraint(SessionPlaces, "places_not_oversold"):
        assert race((session, "lower", dict(lowers)), (session, "sign_up", dict(two))) == [
            "lowered",
            "confirmed",
        ]
        assert counters(session)[:2] == (1, 2)


@pytest.fixture
def pair(activity, notice):
    return [
        SessionFactory(activity=activity, capacity=2, starts_at=starts_at)
        for starts_at in (STARTS, STARTS.replace(hour=14))
    ]


def test_two_sessions_called_off_at_once_do_not_wait_for_each_other(pair, race):
    answers = race(*[(one, "call_off", {"pausing": "lock_places"}) for one in pair])

    assert answers == ["called off", "called off"]
    assert [places_of(one) for one in pair] == [(2, 0, 0), (2, 0, 0)]


def test_control_locks_in_the_order_given_end_in_a_deadlock(pair, race):
    answers = race(*[(one, "call_off", {"without": "order"}) for one in pair])

    assert sorted(answers) == ["OperationalError", "called off"]


def test_a_double_click_is_one_sign_up(activity, notice, race):
    session = SessionFactory(activity=activity, capacity=4)
    same = {"token": new_submission_key("sign-up", SIGN_UP_OPENS), "phone": "13800000000"}

    answers = race(*[(session, "sign_up", {"told": dict(same)}) for _ in range(4)])

    assert answers == ["confirmed"] * 4
    assert (SignUp.objects.count(), Receipt.objects.count()) == (1, 1)
    assert places_of(session) == (4, 1, 0)


def test_one_person_at_two_computers_has_one_place(pair, race):
    told = {"told": {"phone": "13800000000"}, "pausing": "take_at_once"}

    answers = race(*[(one, "sign_up", dict(told)) for one in pair])

    assert sorted(answers) == ["AlreadySignedUp", "confirmed"]
    assert sum(places_of(one)[1] for one in pair) == 1


def test_control_without_the_constraint_one_person_has_two(pair, race):
    told = {"told": {"phone": "13800000000"}, "pausing": "take_at_once"}

    with without_constraint(SignUp, "one_person_one_place"):
        assert race(*[(one, "sign_up", dict(told)) for one in pair]) == ["confirmed", "confirmed"]


def test_officials_and_the_public_want_the_last_place(last, race):
    answers = race(
        (last, "enter", {"pausing": "take_at_once"}),
        (last, "sign_up", {"pausing": "take_at_once"}),
        (last, "enter", {}),
        (last, "sign_up", {}),
    )

    assert sorted(answers) == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    assert places_of(last) == (1, 1, 3)


def test_a_room_shared_by_two_sessions_is_not_overfull(activity, notice, race):
    room = RoomFactory(capacity=1)
    at_once = [SessionFactory(activity=activity, capacity=1, room=room) for _ in range(2)]

    answers = race(*[(one, "sign_up", {"pausing": "lock_places"}) for one in at_once])

    assert sorted(answers) == ["confirmed", "waitlisted"]


def test_a_cancelled_sign_up_frees_its_places_once(last, come, race):
    holder = come(last).sign_up
    leaves = {"told": {"sign_up": holder.pk}, "pausing": "lock_places"}

    answers = race((last, "cancel", dict(leaves)), (last, "cancel", dict(leaves)))

    assert sorted(answers) == ["NotPossibleNow", "cancelled"]
    assert places_of(last) == (1, 0, 0)
    assert signups.SignUp.objects.get(pk=holder.pk).held == 0
