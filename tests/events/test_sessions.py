"""Sessions and their places, changed by officials."""

from datetime import timedelta

import pytest

from cms.duties.queries import duty_of
from cms.letters.models import Letter
from events import rules
from events.actions import sessions, signups
from events.actions.reports import meet_report_duty
from events.duties import ACTIVITY_REPORT
from events.models import Quota, Session, SignUp
from tests.factories import (
    SIGN_UP_OPENS,
    STARTS,
    ActivityReportPageFactory,
    RoomFactory,
    SessionFactory,
)
from tests.helpers import publish

from .conftest import places_of, state_of

pytestmark = pytest.mark.django_db
AT = SIGN_UP_OPENS
LATER = STARTS + timedelta(days=1)


def causes() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("cause", flat=True))


def test_a_session_is_public_only_after_it_was_announced(activity, clerk, come):
    planned = sessions.plan_session(
        activity,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=2),
        capacity=5,
        by=clerk,
        at=AT,
    )
    assert list(Session.objects.shown()) == []
    with pytest.raises(rules.SignUpClosed):
        come(planned)

    sessions.announce_session(planned, by=clerk, at=AT)
    sessions.announce_session(planned, by=clerk, at=AT)

    assert list(Session.objects.shown()) == [planned]
    assert state_of(come(planned)) == "confirmed"


def test_a_session_of_a_page_nobody_reviewed_is_not_announced(activity, clerk):
    session = SessionFactory(activity=activity, state="planned")
    activity.unpublish()

    with pytest.raises(rules.NotPossibleNow):
        sessions.announce_session(session, by=clerk, at=AT)


def test_more_places_go_to_who_waits(session, come, clerk):
    come(session, 4)
    first, second = come(session, 2), come(session, 2)

    sessions.raise_capacity(session, 7, by=clerk, at=AT)

    assert (state_of(first), state_of(second)) == ("confirmed", "waitlisted")
    assert places_of(session) == (7, 6, 1)


def test_capacity_never_falls_below_what_people_hold(session, come, clerk):
    come(session, 3)

    with pytest.raises(rules.CapacityBelowTaken):
        sessions.lower_capacity(session, 2, by=clerk, at=AT)
    sessions.lower_capacity(session, 3, by=clerk, at=AT)

    assert places_of(session) == (3, 3, 0)


def test_kept_places_come_off_those_for_everybody_and_go_back(session, come, clerk):
    quota = sessions.keep_places(
        session, "committee", 3, kept_until=STARTS - timedelta(days=1), by=clerk, at=AT
    )
    assert places_of(session) == (1, 0, 0)
    waiting = come(session, 2)

    assert sessions.end_quotas(STARTS - timedelta(days=1, microseconds=1)) == 0
    assert sessions.end_quotas(STARTS - timedelta(days=1)) == 3

    assert (state_of(waiting), places_of(session)) == ("confirmed", (4, 2, 0))
    assert Quota.objects.get(pk=quota.pk).capacity == 0


def test_taken_places_cannot_be_kept_for_others(session, come, clerk):
    come(session, 2)

    with pytest.raises(rules.NoPlacesLeft):
        sessions.keep_places(session, "walk_in", 3, kept_until=STARTS, by=clerk, at=AT)

    assert places_of(session) == (4, 2, 0)


def test_a_moved_session_tells_every_party_once_and_asks_again(session, come, clerk):
    first = come(session, 4)
    come(session, 1)
    signups.confirm_coming(first.sign_up, at=AT)

    told = sessions.move_session(
        session,
        starts_at=LATER,
        ends_at=LATER + timedelta(hours=1),
        reason="天气原因",
        by=clerk,
        at=AT,
    )

    assert told == 2
    assert causes() == ["confirmed", "waiting", "session_moved", "session_moved"]
    assert SignUp.objects.get(pk=first.sign_up.pk).is_coming is None
    letter = Letter.objects.order_by("pk").last()
    assert [word for word in ("天气原因", "8月15日", "8月16日") if word not in letter.body] == []


def test_a_room_too_small_for_who_comes_is_refused(session, come, clerk):
    come(session, 3)
    small = RoomFactory(name="小会议室", capacity=2)

    with pytest.raises(rules.NoPlacesLeft):
        sessions.move_session(
            session, starts_at=STARTS, ends_at=LATER, room=small, by=clerk, at=AT
        )


@pytest.fixture
def hall(activity):
    """Two sessions at one time in a hall for five, each with four places."""
    room = RoomFactory(name="大厅", capacity=5)
    return [SessionFactory(activity=activity, room=room, capacity=4) for _ in range(2)]


def test_sessions_at_once_share_their_room(hall, come):
    come(hall[0], 4)

    first, second = come(hall[1], 1), come(hall[1], 1)

    assert (state_of(first), state_of(second)) == ("confirmed", "waitlisted")
    assert (places_of(hall[0]), places_of(hall[1])) == ((4, 4, 0), (4, 1, 1))


def test_a_place_given_back_in_one_session_serves_the_other(hall, come):
    leaving = come(hall[0], 4)
    come(hall[1], 1)
    waiting = come(hall[1], 3)

    signups.cancel(leaving.sign_up, at=AT)

    assert state_of(waiting) == "confirmed"
    assert (places_of(hall[0]), places_of(hall[1])) == ((4, 0, 0), (4, 4, 0))


def test_sessions_one_after_the_other_do_not_share(hall, come, clerk):
    sessions.move_session(
        hall[1],
        starts_at=hall[0].ends_at,
        ends_at=hall[0].ends_at + timedelta(hours=1),
        room=hall[0].room,
        by=clerk,
        at=AT,
    )
    come(hall[0], 4)

    assert state_of(come(Session.objects.get(pk=hall[1].pk), 4)) == "confirmed"


def test_a_cancelled_session_offers_another_while_there_are_places(session, come, clerk):
    other = SessionFactory(activity=session.activity, starts_at=LATER, capacity=3)
    three, one, waiting = come(session, 3), come(session, 1), come(session, 2)

    result = sessions.cancel_session(session, reason="设备检修", by=clerk, at=AT)

    assert result == {"offered": 1, "without": 2}
    assert [state_of(taken) for taken in (three, one, waiting)] == [
        "offered",
        "cancelled",
        "cancelled",
    ]
    moved = SignUp.objects.get(pk=three.sign_up.pk)
    assert (moved.session, moved.offer_expires_at) == (other, AT + timedelta(hours=24))
    assert (places_of(session), places_of(other)) == ((4, 0, 0), (3, 3, 0))
    assert causes().count("session_cancelled") == 3
    signups.accept_offer(moved, at=AT)
    assert state_of(moved) == "confirmed"


def test_a_session_cancelled_twice_is_refused(session, clerk):
    sessions.cancel_session(session, by=clerk, at=AT)

    with pytest.raises(rules.NotPossibleNow):
        sessions.cancel_session(session, by=clerk, at=AT)


def test_after_the_last_session_the_report_is_owed_within_five_working_days(session, come, clock):
    come(session)
    second = SessionFactory(activity=session.activity, starts_at=LATER)

    assert sessions.close_sessions(session.ends_at - timedelta(microseconds=1)) == 0
    assert sessions.close_sessions(session.ends_at) == 1
    assert duty_of(session.activity, ACTIVITY_REPORT) is None
    assert sessions.close_sessions(second.ends_at) == 1
    assert sessions.close_sessions(second.ends_at) == 0

    # 16 August 2026 is a Sunday: Monday to Friday follow.
    assert duty_of(session.activity, ACTIVITY_REPORT).due_on.isoformat() == "2026-08-21"


def test_who_waited_in_vain_is_told_and_who_had_a_place_is_not_called_absent(session, come):
    come(session, 4)
    waiting = come(session, 1)

    sessions.close_sessions(session.ends_at)

    assert state_of(waiting) == "not_selected"
    assert causes() == ["confirmed", "waiting", "not_selected"]
    assert SignUp.objects.filter(state="confirmed").count() == 1


def test_a_published_report_is_what_was_owed(session, clock):
    sessions.close_sessions(session.ends_at)
    clock.move_to(session.ends_at + timedelta(days=2))

    report = publish(ActivityReportPageFactory(parent=session.activity))

    meet_report_duty(report, session.ends_at + timedelta(days=2))
    assert duty_of(session.activity, ACTIVITY_REPORT).state == "met"
