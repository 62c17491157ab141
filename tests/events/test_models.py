"""What the database itself refuses, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from events.enums import LIVE, SignUpState
from events.models import Draw, Quota, SessionPlaces, SignUp
from tests.factories import SIGN_UP_OPENS, STARTS, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(home):
    return SessionFactory(activity__parent__parent__parent=home, capacity=10)


def sign_up(session, **told):
    facts = {
        "activity": session.activity,
        "session": session,
        "state": SignUpState.CONFIRMED,
        "party_size": 1,
        "places": 1,
        "held": 1,
        "created_at": SIGN_UP_OPENS,
        "state_at": SIGN_UP_OPENS,
    }
    return SignUp.objects.create(**facts | told)


def refuses(constraint, write):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_more_places_than_there_are_cannot_be_taken(session):
    SessionPlaces.objects.filter(pk=session.pk).update(taken=10)

    refuses(
        "places_not_oversold",
        lambda: SessionPlaces.objects.filter(pk=session.pk).update(taken=11),
    )


def test_more_than_what_is_kept_cannot_be_taken(session):
    quota = Quota.objects.create(session=session, kind="walk_in", capacity=2, kept_until=STARTS)

    refuses("quota_not_oversold", lambda: Quota.objects.filter(pk=quota.pk).update(taken=3))


@pytest.mark.parametrize("state", sorted(LIVE))
def test_one_person_has_one_live_sign_up_for_an_activity(session, state):
    held = 0 if state in ("submitted", "waitlisted") else 1
    facts = {
        "state": state,
        "held": held,
        "position": 1,
        "offer_expires_at": STARTS,
        "person_index": "a" * 64,
    }
    sign_up(session, **facts)

    refuses("one_person_one_place|person_index", lambda: sign_up(session, **facts))


def test_who_has_cancelled_may_sign_up_again(session):
    sign_up(session, state=SignUpState.CANCELLED, held=0, person_index="a" * 64)

    assert sign_up(session, person_index="a" * 64).held == 1


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("holds_what_its_state_says", {"held": 0}),
        ("holds_what_its_state_says", {"state": "cancelled", "held": 1}),
        ("party_is_of_this_world", {"party_size": 501}),
        ("party_is_of_this_world", {"party_size": 1, "places": 2, "held": 2}),
        ("party_is_of_this_world", {"under_14": 2, "guardian_consented_at": STARTS}),
        ("who_waits_has_a_position", {"state": "waitlisted", "held": 0}),
        ("an_offer_has_an_end", {"state": "offered"}),
        ("children_have_their_guardians_consent", {"under_14": 1}),
        ("rating_is_one_to_five", {"rating": 6}),
    ],
)
def test_a_sign_up_that_contradicts_itself_is_refused(session, constraint, facts):
    refuses(constraint, lambda: sign_up(session, **facts))


def test_a_seed_is_shown_only_with_its_draw(session):
    draw = Draw.objects.create(
        session=session, commitment="c" * 64, committed_at=SIGN_UP_OPENS, sealed_seed="s"
    )

    refuses(
        "seed_is_shown_with_the_draw", lambda: Draw.objects.filter(pk=draw.pk).update(seed="s")
    )


def test_a_session_ends_after_it_starts(session):
    session.ends_at = session.starts_at - timedelta(minutes=1)

    refuses("session_ends_after_it_starts", session.save)


def test_a_translation_shows_the_sessions_of_the_first_language(session, home):
    english = home.get_translations().get().locale
    page = session.activity.copy_for_translation(english, copy_parents=True)

    assert page.specific.original.sessions.get() == session
    assert page.specific.sessions.count() == 0
