"""The door: signed codes, a list that a phone holds, scans that count once (plan 2023, III.3)."""

import json
import secrets
from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from events import door as lists
from events.actions import signups
from events.actions.sessions import raise_capacity
from events.links import door_code, manage_token
from events.models import CheckIn, SessionPlaces, SignUp
from tests.factories import SIGN_UP_OPENS, STARTS, SessionFactory

from ..conftest import places_of, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_the_day(clock):
    clock.move_to(STARTS - timedelta(minutes=20))
    return clock


def scan(code=None, **facts) -> dict:
    told = {"nonce": secrets.token_hex(16), "at": int(STARTS.timestamp() * 1000)} | facts
    return told if code is None else told | {"code": code}


@pytest.fixture
def send(desk, session, door):
    """Sends scans as the phone does, with the list it holds."""

    def send(*scans, token=None, session=session):
        if token is None:
            token = desk.get(door("door_list")).json()["token"]
        return desk.post(
            reverse("open_day:door_scans", args=[session.pk]),
            json.dumps({"token": token, "scans": list(scans)}),
            content_type="application/json",
        )

    return send


def outcomes(answer) -> list[str]:
    return [one["outcome"] for one in answer.json()["results"]]


def test_the_list_on_a_phone_holds_no_name_number_or_code(desk, session, come, door):
    taken = come(session, 2, phone="13812345678")
    cancelled = come(session, 1)
    signups.cancel(cancelled.sign_up, at=SIGN_UP_OPENS)

    answer = desk.get(door("door_list"))
    held = answer.json()

    assert held["parties"] == [
        {
            "id": taken.sign_up.pk,
            "code": lists.digest_of(door_code(taken.sign_up)),
            "name": "张**",
            "digits": "5678",
            "number": taken.receipt.number,
            "people": 2,
            "children": 0,
            "arrived": None,
        }
    ]
    text = answer.content.decode()
    assert "张三" not in text
    assert "13812345678" not in text
    assert taken.sign_up.key.hex not in text
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_the_list_ends_twelve_hours_after_the_session(desk, session, door):
    held = desk.get(door("door_list")).json()

    assert held["expires"] == (session.ends_at + timedelta(hours=12)).timestamp() * 1000


def test_the_list_is_signed_over_what_it_says(desk, session, come, door):
    come(session)

    held = desk.get(door("door_list")).json()

    said = signing.loads(held["token"], salt=lists.SALT)
    assert said == {"session": session.pk, "sha256": held["sha256"]}


def test_a_party_that_was_parted_stands_once_and_comes_with_one_code(
    desk, send, session, come, door, clock
):
    come(session, 2)
    parted = come(session, 4, accepts_split=True)
    for places in (5, 6):
        raise_capacity(session, places, by=None, at=SIGN_UP_OPENS)

    held = desk.get(door("door_list")).json()
    assert [one["people"] for one in held["parties"]] == [2, 4]

    clock.move_to(STARTS)
    answer = send(scan(door_code(parted.sign_up), people=4))
    assert answer.json()["counts"] == {"expected": 6, "arrived": 4, "parties": 2}


def test_a_code_says_nothing_of_anybody(session, come):
    taken = come(session, phone="13812345678")

    code = door_code(taken.sign_up)

    assert all(said not in code for said in ("13812345678", taken.receipt.number, "张"))


def test_a_scan_checks_the_party_in(send, session, come, on_the_day):
    taken = come(session, 3)

    answer = send(scan(door_code(taken.sign_up), people=2))

    assert outcomes(answer) == ["admitted"]
    one = SignUp.objects.get()
    assert (one.state, one.people_arrived) == ("attended", 2)
    assert answer.json()["counts"] == {"expected": 3, "arrived": 2, "parties": 1}


def test_a_scan_sent_again_changes_nothing(send, session, come, on_the_day):
    taken = come(session, 3)
    one = scan(door_code(taken.sign_up))
    first = send(one).json()

    again = send(one, one).json()

    assert again["results"] == first["results"] * 2
    assert again["conflicts"] == []
    assert CheckIn.objects.count() == 1


def test_the_same_party_at_two_doors_is_a_conflict(send, session, come, on_the_day):
    taken = come(session, 3)
    code = door_code(taken.sign_up)

    answer = send(scan(code), scan(code))

    assert outcomes(answer) == ["admitted", "again"]
    assert len(answer.json()["conflicts"]) == 1
    assert SignUp.objects.get().people_arrived == 3


def test_a_party_that_cancelled_after_the_list_was_fetched_is_a_conflict(
    desk, send, session, come, door
):
    taken = come(session)
    token = desk.get(door("door_list")).json()["token"]
    signups.cancel(taken.sign_up, at=SIGN_UP_OPENS)

    answer = send(scan(door_code(taken.sign_up)), token=token)

    assert outcomes(answer) == ["refused"]
    assert len(answer.json()["conflicts"]) == 1
    assert state_of(taken) == "cancelled"


def test_somebody_who_waits_is_refused_at_the_door(send, session, come, on_the_day):
    come(session, 4)
    waiting = come(session, 1)

    assert outcomes(send(scan(door_code(waiting.sign_up)))) == ["refused"]
    assert state_of(waiting) == "waitlisted"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: door_code(one)[:-1] + ("A" if door_code(one)[-1] != "A" else "B"),
        lambda one: one.key.hex,
        lambda one: manage_token(one),
        lambda one: "x" * 10_000,
        lambda one: "",
        lambda one: "\x00",
    ],
    ids=["other signature", "no signature", "code for another use", "long", "empty", "nul"],
)
def test_a_code_that_is_not_ours_lets_nobody_in(send, session, come, on_the_day, spoil):
    taken = come(session)

    answer = send(scan(spoil(taken.sign_up)))

    assert outcomes(answer) == ["unknown"]
    assert (state_of(taken), CheckIn.objects.count()) == ("confirmed", 0)


def test_a_code_of_another_session_lets_nobody_in(send, session, come, on_the_day):
    other = SessionFactory(activity=session.activity, starts_at=STARTS + timedelta(days=1))
    taken = come(other)

    answer = send(scan(door_code(taken.sign_up)))

    assert outcomes(answer) == ["refused"]
    assert str(other) in answer.json()["results"][0]["text"]
    assert state_of(taken) == "confirmed"


def test_a_list_of_another_session_sends_nothing(desk, send, session, come, on_the_day):
    taken = come(session)
    other = SessionFactory(activity=session.activity, starts_at=STARTS + timedelta(days=1))
    held = desk.get(reverse("open_day:door_list", args=[other.pk])).json()

    answer = send(scan(door_code(taken.sign_up)), token=held["token"])

    assert (answer.status_code, state_of(taken)) == (409, "confirmed")


def test_a_list_is_good_for_a_week(desk, official, send, session, come, door, clock):
    taken = come(session)
    clock.move_to(STARTS)
    token = desk.get(door("door_list")).json()["token"]

    clock.move_to(STARTS + lists.SENT_WITHIN + timedelta(seconds=1))
    desk.force_login(official)
    late = send(scan(door_code(taken.sign_up)), token=token)
    assert (late.status_code, state_of(taken)) == (409, "confirmed")

    clock.move_to(STARTS + lists.SENT_WITHIN)
    assert outcomes(send(scan(door_code(taken.sign_up)), token=token)) == ["admitted"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"scans": []}',
        '{"token": "x"}',
        '{"token": "x", "scans": []}',
        '{"token": 7, "scans": []}',
    ],
)
def test_nonsense_is_refused_and_nothing_breaks(desk, door, body):
    answer = desk.post(door("door_scans"), body, content_type="application/json")

    assert answer.status_code in (400, 409)


@pytest.mark.parametrize(
    "one",
    [
        7,
        None,
        {},
        {"nonce": "short"},
        {"nonce": "A" * 32},
        {"nonce": ["0" * 32]},
    ],
)
def test_what_is_no_scan_is_said_to_be_none(send, one):
    assert outcomes(send(one)) == ["invalid"]


@pytest.mark.parametrize("number", [0, -1, 2**70, "1", True, None, 1.5, [1]])
def test_a_number_of_nobody_is_unknown(send, session, come, number):
    come(session)

    assert outcomes(send(scan(id=number))) == ["unknown"]


@pytest.mark.parametrize("people", [0, -1, 10**9, "3", True, None, 1.5])
def test_people_that_make_no_sense_count_as_the_party(send, session, come, on_the_day, people):
    come(session, 3)

    send(scan(door_code(SignUp.objects.get()), people=people))

    assert SignUp.objects.get().people_arrived == 3


@pytest.mark.parametrize("moment", [10**30, -(10**30), "now", True, None, float("nan")])
def test_the_moment_of_a_scan_is_never_of_another_day(send, session, come, on_the_day, moment):
    come(session)

    send(scan(door_code(SignUp.objects.get()), at=moment))

    came = SignUp.objects.get().checked_in_at
    assert STARTS - timedelta(days=1) <= came <= STARTS


def test_too_many_scans_at_once_are_refused(send):
    assert send(*[scan("x")] * 501).status_code == 400


def test_without_a_script_somebody_is_found_by_four_digits(desk, session, come, door, on_the_day):
    taken = come(session, 3, phone="13812345678")
    come(session, 1, phone="13812340000")

    page = desk.get(door() + "?q=5678")
    found = page.context["found"]
    assert [one.pk for one in found] == [taken.sign_up.pk]
    assert "13812345678" not in page.content.decode()

    said = {"party": taken.sign_up.pk, "nonce": found[0].nonce, "people": "2"}
    desk.post(door("door_check_in"), said)
    desk.post(door("door_check_in"), said)

    one = SignUp.objects.get(pk=taken.sign_up.pk)
    assert (one.state, one.people_arrived, CheckIn.objects.count()) == ("attended", 2, 1)


def test_the_page_that_a_phone_keeps_names_nobody(desk, session, come, door, on_the_day):
    taken = come(session)

    page = desk.get(door("door_shell") + "?q=" + taken.receipt.number).content.decode()

    assert taken.receipt.number not in page
    assert "csrfmiddlewaretoken" not in page


def test_who_walks_in_takes_a_real_place(desk, session, come, door, clock):
    come(session, 3)
    clock.move_to(STARTS)
    nonce = secrets.token_hex(16)
    facts = {"walk-nonce": nonce, "walk-size": "1", "walk-name": ""}

    desk.post(door("door_walk_in"), facts)
    desk.post(door("door_walk_in"), facts)
    assert places_of(session) == (4, 4, 0)

    full = desk.post(door("door_walk_in"), facts | {"walk-nonce": secrets.token_hex(16)})

    assert full.status_code == 409
    assert SessionPlaces.objects.get(pk=session.pk).taken == 4


def test_the_paper_list_is_masked(desk, session, come, door):
    taken = come(session, 2, phone="13812345678")

    page = desk.get(door("door_paper")).content.decode()

    assert taken.receipt.number in page
    assert "5678" in page
    assert "13812345678" not in page
    assert "张三" not in page


def test_the_worker_reaches_no_further_than_this_door(desk, door):
    answer = desk.get(door("door_worker"))

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in answer
    assert door("door_shell") in answer.content.decode()


def test_the_door_asks_the_same_for_one_and_three_parties(
    desk, session, come, door, django_assert_max_num_queries
):
    def asked(name):
        with django_assert_max_num_queries(100) as caught:
            desk.get(door(name))
        return len(caught)

    come(session)
    names = ("door", "door_list", "door_paper")
    desk.get(door())
    one = [asked(name) for name in names]
    come(session)
    come(session)

    assert [asked(name) for name in names] == one
