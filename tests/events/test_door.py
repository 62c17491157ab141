"""At the door, and what officials enter for others."""

from datetime import timedelta

import pytest

from cms.letters.models import Letter
from events import rules
from events.actions import door, sessions, signups
from events.links import LinkInvalid, door_code, manage_token, read_door_code, read_manage_token
from events.models import CheckIn, Quota, SignUp
from events.party import Party
from tests.factories import SIGN_UP_CLOSES, SIGN_UP_OPENS, STARTS, SessionFactory

from .conftest import places_of, state_of

pytestmark = pytest.mark.django_db
AT = SIGN_UP_OPENS


@pytest.fixture
def scan(clerk):
    def scanning(one, session, nonce, at=STARTS, **told):
        return door.check_in(
            one.sign_up, session, nonce=nonce, scanned_at=at, by=clerk, at=at, **told
        )

    return scanning


def test_a_scan_lets_a_party_in_and_a_replay_changes_nothing(session, come, scan):
    taken = come(session, 3)

    first = scan(taken, session, "n1", people=2)
    again = scan(taken, session, "n1", people=3)

    assert (first, again.outcome) == (again, "admitted")
    one = SignUp.objects.get(pk=taken.sign_up.pk)
    assert (one.state, one.people_arrived) == ("attended", 2)
    assert places_of(session) == (4, 3, 0)


def test_a_second_door_that_scans_the_same_party_is_told(session, come, scan):
    taken = come(session)

    scan(taken, session, "n1")

    assert scan(taken, session, "n2").outcome == "again"
    assert CheckIn.objects.count() == 2


def test_a_party_without_a_place_or_of_another_session_is_refused(session, come, scan):
    other = SessionFactory(activity=session.activity, starts_at=STARTS + timedelta(days=1))
    come(session, 4)
    waiting, elsewhere = come(session), come(other)

    assert scan(waiting, session, "n1").outcome == "refused"
    assert scan(elsewhere, session, "n2").outcome == "refused"
    assert (state_of(waiting), state_of(elsewhere)) == ("waitlisted", "confirmed")


def test_who_was_counted_absent_is_let_in_by_a_late_scan(session, come, scan):
    came, late = come(session), come(session)
    scan(came, session, "n1")
    sessions.close_sessions(session.ends_at)
    assert state_of(late) == "absent"

    assert scan(late, session, "n2", at=STARTS).outcome == "admitted"
    assert (state_of(late), places_of(session)) == ("attended", (4, 2, 0))


def test_a_wrong_scan_is_taken_back(session, come, scan, clerk):
    taken = come(session)
    scan(taken, session, "n1")

    door.undo_check_in(taken.sign_up, by=clerk, at=STARTS)

    assert (state_of(taken), places_of(session)) == ("confirmed", (4, 1, 0))
    assert scan(taken, session, "n2").outcome == "admitted"


def walk(session, clerk, at, size=1, nonce="w1"):
    return door.walk_in(session, Party(size=size), nonce=nonce, by=clerk, at=at)


def test_a_walk_in_takes_a_real_place(session, clerk):
    first = walk(session, clerk, STARTS, 3)
    same = walk(session, clerk, STARTS, 3)

    assert (first, state_of(first), places_of(session)) == (same, "attended", (4, 3, 0))
    with pytest.raises(rules.NoPlacesLeft):
        walk(session, clerk, STARTS, 2, nonce="w2")
    assert Letter.objects.count() == 0


def test_a_walk_in_overtakes_nobody_before_the_session_starts(session, come, clerk):
    come(session, 3)
    come(session, 2)

    with pytest.raises(rules.NoPlacesLeft):
        walk(session, clerk, STARTS - timedelta(minutes=1))

    assert state_of(walk(session, clerk, STARTS)) == "attended"
    assert places_of(session) == (4, 4, 1)


def test_places_kept_for_walk_ins_are_used_first(session, come, clerk):
    quota = sessions.keep_places(session, "walk_in", 1, kept_until=STARTS, by=clerk, at=AT)
    come(session, 3)

    walk(session, clerk, STARTS - timedelta(minutes=1))

    assert (Quota.objects.get(pk=quota.pk).taken, places_of(session)) == (1, (3, 3, 0))


def enter(session, clerk, size=1, phone="13900000000", **told):
    return door.enter_sign_up(
        session,
        Party(size=size, email="li@example.cn"),
        name=door.Name("李四", phone),
        channel="phone",
        by=clerk,
        at=SIGN_UP_CLOSES,
        **told,
    )


def test_an_official_enters_who_rang_up_behind_all_others(session, come, clerk):
    come(session, 4)

    one = enter(session, clerk)

    assert (one.state, one.entered_by, places_of(session)) == ("waitlisted", clerk, (4, 4, 1))


def test_an_official_does_not_enter_one_person_twice(session, come, clerk):
    come(session, phone="13900000000")

    with pytest.raises(rules.AlreadySignedUp):
        enter(session, clerk)
    assert places_of(session) == (4, 1, 0)


def test_kept_places_go_to_the_group_and_come_back_to_it(session, clerk):
    quota = sessions.keep_places(session, "committee", 2, kept_until=STARTS, by=clerk, at=AT)
    one = enter(session, clerk, 2, quota=quota)
    with pytest.raises(rules.NoPlacesLeft):
        enter(session, clerk, phone="13900000001", quota=quota)

    signups.cancel(one, at=SIGN_UP_CLOSES, by=clerk)

    assert (Quota.objects.get(pk=quota.pk).taken, places_of(session)) == (0, (2, 0, 0))


def test_a_place_of_a_group_that_is_kept_no_longer_goes_to_everybody(session, come, clerk):
    quota = sessions.keep_places(session, "committee", 2, kept_until=STARTS, by=clerk, at=AT)
    one = enter(session, clerk, 2, quota=quota)
    come(session, 2)
    waiting = come(session, 2)
    sessions.end_quota(quota, at=AT)

    signups.cancel(one, at=SIGN_UP_CLOSES, by=clerk)

    assert (state_of(waiting), places_of(session)) == ("confirmed", (4, 4, 0))


def test_an_invited_guest_has_a_place_until_the_answer(session, clerk):
    guest = door.invite(
        session,
        Party(size=2, email="guest@example.cn"),
        name=door.Name("王代表"),
        answer_by=STARTS - timedelta(days=3),
        by=clerk,
        at=AT,
    )

    assert (guest.state, places_of(session)) == ("offered", (4, 2, 0))
    assert list(Letter.objects.values_list("cause", flat=True)) == ["invited"]


def test_signed_links_name_one_sign_up_for_one_purpose(session, come):
    one = come(session).sign_up

    assert read_manage_token(manage_token(one)) == one.key
    assert read_door_code(door_code(one)) == one.key
    for forged in (door_code(one), manage_token(one)[:-1], one.key.hex, ""):
        with pytest.raises(LinkInvalid):
            read_manage_token(forged)
    assert "张三" not in door_code(one)


def test_one_code_lets_in_a_party_that_was_parted(session, come, scan):
    staying, leaving = come(session, 2), come(session, 2)
    four = come(session, 4, accepts_split=True)
    signups.cancel(leaving.sign_up, at=AT)
    signups.cancel(staying.sign_up, at=AT)

    scan(four, session, "n1")

    states = SignUp.objects.filter(party_size=2, state="attended").count()
    assert (states, places_of(session)) == (2, (4, 4, 0))


def test_who_rings_up_goes_into_the_pot_where_lots_are_drawn(make_activity, clerk):
    session = SessionFactory(activity=make_activity(admission="draw"), capacity=4)

    one = door.enter_sign_up(
        session,
        Party(size=1, email="li@example.cn"),
        name=door.Name("李四", "13900000000"),
        channel="phone",
        by=clerk,
        at=AT,
    )

    assert (one.state, places_of(session)) == ("submitted", (4, 0, 0))
