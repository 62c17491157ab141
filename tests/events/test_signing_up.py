"""A party signs up, changes, cancels and answers (plan 2023, III.3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.intake.lookups import LookupRefused
from cms.intake.models import Receipt
from cms.letters.models import Letter
from cms.record.models import Event
from events import lookups, rules
from events.actions import signups
from events.actions.sessions import cancel_session
from events.enums import PartyFault
from events.models import Companion, Question, SignUp
from events.party import Guest, Party
from events.queries import place_in_line
from tests.factories import SIGN_UP_CLOSES, SIGN_UP_OPENS, STARTS, SessionFactory
from tests.helpers import publish

from .conftest import places_of, state_of, submission_key

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def letters() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("cause", flat=True))


def test_a_party_that_fits_is_confirmed_and_told_once(session, come):
    taken = come(session, 3)

    assert (taken.is_new, state_of(taken)) == (True, "confirmed")
    assert places_of(session) == (4, 3, 0)
    assert letters() == ["confirmed"]
    assert Event.objects.filter(verb="events.signed_up").count() == 1


def test_a_party_that_does_not_fit_waits_whole(session, come):
    come(session, 3)

    waiting = come(session, 2)

    assert state_of(waiting) == "waitlisted"
    assert places_of(session) == (4, 3, 1)
    assert letters() == ["confirmed", "waiting"]


def test_nobody_overtakes_a_party_that_waits_for_more_places(session, come):
    come(session, 3)
    four = come(session, 4)

    one = come(session, 1)

    assert (state_of(one), places_of(session)) == ("waitlisted", (4, 3, 2))
    assert [place_in_line(taken.sign_up) for taken in (four, one)] == [1, 2]


def test_the_same_form_sent_twice_is_one_sign_up(session, come):
    key = submission_key()

    first, second = come(session, 2, key=key), come(session, 2, key=key)

    assert (first.sign_up, first.query_code) == (second.sign_up, second.query_code)
    assert (second.is_new, places_of(session)) == (False, (4, 2, 0))
    assert letters() == ["confirmed"]


def test_one_person_has_one_place_in_an_activity(session, come):
    other = SessionFactory(activity=session.activity, starts_at=STARTS + timedelta(days=1))
    come(session, phone="13800000000")

    with pytest.raises(rules.AlreadySignedUp):
        come(other, phone="13800000000")

    assert places_of(session) == (4, 1, 0)
    assert places_of(other) == (10, 0, 0)
    assert (SignUp.objects.count(), Receipt.objects.count(), letters()) == (1, 1, ["confirmed"])


def test_who_has_cancelled_may_come_back(session, come):
    first = come(session, phone="13800000000")
    signups.cancel(first.sign_up, at=SIGN_UP_OPENS)

    assert state_of(come(session, phone="13800000000")) == "confirmed"


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [
        (SIGN_UP_OPENS - MOMENT, False),
        (SIGN_UP_OPENS, True),
        (SIGN_UP_CLOSES - MOMENT, True),
        (SIGN_UP_CLOSES, False),
    ],
)
def test_sign_up_is_taken_within_its_window(session, come, at, is_taken):
    if is_taken:
        assert state_of(come(session, at=at)) == "confirmed"
        return
    with pytest.raises(rules.SignUpClosed):
        come(session, at=at)
    assert (places_of(session), letters()) == ((4, 0, 0), [])


def test_a_button_pressed_again_after_the_close_gives_the_first_receipt(session, come):
    key = submission_key()
    first = come(session, key=key)

    again = come(session, key=key, at=SIGN_UP_CLOSES)

    assert (again.sign_up, again.is_new) == (first.sign_up, False)


def test_a_session_of_another_activity_is_not_open_to_this_one(session, come, make_activity):
    other = SessionFactory(activity=make_activity(slug="another"))
    other.activity = session.activity

    with pytest.raises(rules.SignUpClosed):
        come(other)


def test_a_cancelled_session_takes_nobody(session, come, clerk):
    cancel_session(session, by=clerk, at=SIGN_UP_OPENS)

    with pytest.raises(rules.SignUpClosed):
        come(session)


def test_a_session_that_was_cancelled_while_the_form_was_read_takes_nobody(
    session, come, clerk, monkeypatch
):
    """The session looked open; the places say otherwise."""
    cancel_session(session, by=clerk, at=SIGN_UP_OPENS)
    monkeypatch.setattr(signups, "open_session", lambda *found: session)

    with pytest.raises(rules.SignUpClosed):
        come(session)
    assert (places_of(session), letters()) == ((4, 0, 0), [])


def test_a_party_that_may_not_come_takes_nothing(make_activity, come):
    page = make_activity(min_age=18, residence="town", audiences=["resident"], party_max=2)
    session = SessionFactory(activity=page)

    with pytest.raises(rules.NotAllowed) as refusal:
        come(session, 3, age=17, audience="media")

    assert refusal.value.faults == (
        PartyFault.TOO_MANY,
        PartyFault.AGE,
        PartyFault.RESIDENCE,
        PartyFault.AUDIENCE,
    )
    assert (places_of(session), Receipt.objects.count()) == ((10, 0, 0), 0)


def test_a_child_comes_with_its_guardians_consent(session, come, notice):
    with pytest.raises(rules.NotAllowed) as refusal:
        come(session, 2, guests=[Guest(age=13)])
    assert refusal.value.faults == (PartyFault.GUARDIAN,)

    taken = come(
        session,
        2,
        guests=[Guest(name="小明", age=13)],
        guardian_name="张三",
        guardian_phone="13800000000",
        guardian_notice=notice,
        guardian_consents=True,
    )

    one = SignUp.objects.get(pk=taken.sign_up.pk)
    assert (one.under_14, one.guardian_notice, one.guardian_consented_at) == (
        1,
        notice,
        SIGN_UP_OPENS,
    )
    assert Companion.objects.get().name == "小明"


def test_needs_are_kept_only_with_their_own_consent(session, come):
    without = come(session, needs="轮椅").sign_up
    with_consent = come(session, needs="轮椅", needs_consented=True).sign_up

    assert [SignUp.objects.get(pk=one.pk).needs for one in (without, with_consent)] == ["", "轮椅"]
    assert without.needs_consented_at is None
    assert with_consent.needs_consented_at == SIGN_UP_OPENS


def test_no_personal_data_stands_readable_in_the_table(session, come):
    come(session, needs="轮椅", needs_consented=True, email="li@example.cn", affiliation="长江路")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM events_signup")
        row = repr(cursor.fetchall())

    assert [word for word in ("轮椅", "li@example.cn", "长江路", "13800") if word in row] == []


def test_a_question_in_advance_belongs_to_the_activity(session, come):
    come(session, question="几点可以参观？")

    assert Question.objects.get().text == "几点可以参观？"
    assert session.activity.questions.count() == 1


def test_who_cancels_is_told_and_the_place_goes_to_the_next(session, come):
    first, second = come(session, 4), come(session, 2)

    signups.cancel(first.sign_up, at=SIGN_UP_OPENS)

    assert (state_of(first), state_of(second)) == ("cancelled", "confirmed")
    assert places_of(session) == (4, 2, 0)
    assert letters() == ["confirmed", "waiting", "cancelled", "promoted"]


def test_who_cancels_is_forgotten_at_once(session, come):
    taken = come(session)

    signups.cancel(taken.sign_up, at=SIGN_UP_OPENS)

    one = SignUp.objects.get(pk=taken.sign_up.pk)
    assert (one.email, one.person_index, one.receipt.contact) == ("", "", "")
    assert one.receipt.contact_deleted_at == SIGN_UP_OPENS


def test_when_the_first_in_line_gives_up_the_next_may_fit(session, come):
    come(session, 3)
    four, one = come(session, 4), come(session, 1)

    signups.cancel(four.sign_up, at=SIGN_UP_OPENS)

    assert (state_of(one), places_of(session)) == ("confirmed", (4, 4, 0))


def test_a_cancelled_sign_up_cannot_be_cancelled_again(session, come):
    taken = come(session)
    signups.cancel(taken.sign_up, at=SIGN_UP_OPENS)

    with pytest.raises(rules.NotPossibleNow):
        signups.cancel(taken.sign_up, at=SIGN_UP_OPENS)
    assert places_of(session) == (4, 0, 0)


def test_nothing_is_cancelled_once_the_session_has_started(session, come):
    taken = come(session)

    with pytest.raises(rules.NotPossibleNow):
        signups.cancel(taken.sign_up, at=STARTS)
    signups.cancel(taken.sign_up, at=STARTS - MOMENT)

    assert state_of(taken) == "cancelled"


def test_a_smaller_party_gives_places_to_who_waits(session, come):
    three, two = come(session, 3), come(session, 2)

    signups.change_party(three.sign_up, Party(size=2), at=SIGN_UP_OPENS)

    assert (state_of(two), places_of(session)) == ("confirmed", (4, 4, 0))
    assert letters() == ["confirmed", "waiting", "changed", "promoted"]


def test_a_party_grows_only_into_free_places(session, come):
    two = come(session, 2)

    signups.change_party(two.sign_up, Party(size=4), at=SIGN_UP_OPENS)
    assert places_of(session) == (4, 4, 0)
    signups.change_party(two.sign_up, Party(size=1), at=SIGN_UP_OPENS)
    come(session, 2)
    with pytest.raises(rules.NoPlacesLeft):
        signups.change_party(two.sign_up, Party(size=3), at=SIGN_UP_OPENS)

    assert places_of(session) == (4, 3, 0)
    assert SignUp.objects.get(pk=two.sign_up.pk).party_size == 1


def test_a_party_does_not_grow_past_those_who_wait(session, come):
    one, _three, waiting = come(session, 1), come(session, 2), come(session, 3)

    with pytest.raises(rules.NoPlacesLeft):
        signups.change_party(one.sign_up, Party(size=2), at=SIGN_UP_OPENS)
    signups.change_party(waiting.sign_up, Party(size=1), at=SIGN_UP_OPENS)

    assert (state_of(waiting), places_of(session)) == ("confirmed", (4, 4, 0))


def test_a_waiting_party_that_grows_goes_to_the_end(session, come):
    come(session, 4)
    first, second = come(session, 1), come(session, 1)

    signups.change_party(first.sign_up, Party(size=2), at=SIGN_UP_OPENS)

    line = [place_in_line(SignUp.objects.get(pk=one.sign_up.pk)) for one in (first, second)]
    assert (line, places_of(session)) == ([2, 1], (4, 4, 2))


def test_a_party_grows_only_within_the_window(session, come):
    one = come(session, 1)

    with pytest.raises(rules.SignUpClosed):
        signups.change_party(one.sign_up, Party(size=2), at=SIGN_UP_CLOSES)


def test_a_household_takes_one_place(make_activity, come):
    session = SessionFactory(activity=make_activity(unit="households"), capacity=2)

    come(session, 4)
    come(session, 3)

    assert places_of(session) == (2, 2, 0)


def test_a_party_that_may_be_parted_takes_what_there_is(session, come):
    come(session, 2)
    leaving = come(session, 2)
    four = come(session, 4, accepts_split=True)

    signups.cancel(leaving.sign_up, at=SIGN_UP_OPENS)

    whole = SignUp.objects.get(pk=four.sign_up.pk)
    rest = whole.parts.get()
    assert (whole.state, whole.held, rest.state, rest.places) == (
        "confirmed",
        2,
        "waitlisted",
        2,
    )
    assert places_of(session) == (4, 4, 1)


def test_children_are_not_parted_from_their_party(session, come, notice):
    come(session, 2)
    leaving = come(session, 2)
    guardian = {
        "guardian_name": "张三",
        "guardian_phone": "13800000000",
        "guardian_notice": notice,
        "guardian_consents": True,
    }
    four = come(session, 4, accepts_split=True, guests=[Guest(age=5)], **guardian)

    signups.cancel(leaving.sign_up, at=SIGN_UP_OPENS)

    assert (state_of(four), places_of(session)) == ("waitlisted", (4, 2, 1))


def test_who_cancels_a_parted_party_cancels_its_rest(session, come):
    come(session, 2)
    leaving = come(session, 2)
    four = come(session, 4, accepts_split=True)
    signups.cancel(leaving.sign_up, at=SIGN_UP_OPENS)

    signups.cancel(four.sign_up, at=SIGN_UP_OPENS)

    assert places_of(session) == (4, 2, 0)
    assert set(SignUp.objects.filter(part_of=four.sign_up.pk).values_list("state", flat=True)) == {
        "cancelled"
    }


@pytest.fixture
def offered(make_activity, come):
    """Somebody has until noon of the next day to take a place that became free."""
    session = SessionFactory(activity=make_activity(offer_hours=24), capacity=1)
    leaving, waiting = come(session), come(session)
    signups.cancel(leaving.sign_up, at=SIGN_UP_OPENS)
    return SignUp.objects.get(pk=waiting.sign_up.pk)


DEADLINE = SIGN_UP_OPENS + timedelta(hours=24)


def test_an_offered_place_is_held_until_the_deadline(offered):
    assert (offered.state, offered.offer_expires_at) == ("offered", DEADLINE)
    assert places_of(offered.session) == (1, 1, 0)
    assert letters() == ["confirmed", "waiting", "cancelled", "offered"]


@pytest.mark.parametrize(("at", "is_taken"), [(DEADLINE - MOMENT, True), (DEADLINE, False)])
def test_an_offer_can_be_accepted_before_its_deadline(offered, at, is_taken):
    if is_taken:
        signups.accept_offer(offered, at=at)
        signups.accept_offer(offered, at=at)
        assert state_of(offered) == "confirmed"
        return
    with pytest.raises(rules.OfferExpired):
        signups.accept_offer(offered, at=at)


def test_a_declined_offer_goes_to_the_next(offered, come):
    following = come(offered.session)

    signups.decline_offer(offered, at=SIGN_UP_OPENS)

    assert (state_of(offered), state_of(following)) == ("declined", "offered")
    assert places_of(offered.session) == (1, 1, 0)


def test_who_says_to_be_coming_is_believed(session, come):
    taken = come(session)

    signups.confirm_coming(taken.sign_up, at=SIGN_UP_OPENS)

    assert SignUp.objects.get(pk=taken.sign_up.pk).is_coming is True
    signups.not_coming(taken.sign_up, at=SIGN_UP_OPENS)
    assert places_of(session) == (4, 0, 0)


def test_the_hot_path_asks_the_database_little(session, come):
    come(session)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        come(session)

    said = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    # Session; receipt counted, inserted, read; places; sign-up; event; letter.
    assert said == ["SELECT", "SELECT", "INSERT", "SELECT", "UPDATE", "INSERT", "INSERT", "INSERT"]


def test_a_letter_names_the_activity_in_the_language_of_its_reader(session, come, home):
    english = home.get_translations().get().locale
    page = session.activity.copy_for_translation(english, copy_parents=True)
    page.title = "Inside the service centre"
    publish(page)

    assert session.activity.in_language("en").title == "Inside the service centre"
    assert session.activity.in_language("zh-hans") == session.activity


def test_the_rest_of_a_parted_party_is_offered_its_place_through_the_same_link(
    make_activity, come
):
    session = SessionFactory(activity=make_activity(offer_hours=24), capacity=4)
    staying, leaving = come(session, 2), come(session, 2)
    four = come(session, 4, accepts_split=True)
    signups.cancel(leaving.sign_up, at=SIGN_UP_OPENS)
    signups.accept_offer(four.sign_up, at=SIGN_UP_OPENS)
    signups.cancel(staying.sign_up, at=SIGN_UP_OPENS)
    whole = SignUp.objects.get(pk=four.sign_up.pk)
    assert lookups.standing(whole, SIGN_UP_OPENS)["may_answer"]

    lookups.fulfil(whole, "accept", {}, SIGN_UP_OPENS)

    assert whole.parts.get().state == "confirmed"
    assert places_of(session) == (4, 4, 0)


@pytest.mark.parametrize(
    ("wish", "data", "state"),
    [
        ("cancel", {"sure": "yes"}, "cancelled"),
        ("cancel", {}, None),
        ("accept", {}, "confirmed"),
        ("decline", {}, None),
        ("coming", {}, "confirmed"),
        ("other", {}, None),
    ],
)
def test_what_a_party_wishes_behind_its_link(session, come, wish, data, state):
    taken = come(session)

    if state is None:
        with pytest.raises(LookupRefused):
            lookups.fulfil(taken.sign_up, wish, data, SIGN_UP_OPENS)
        assert state_of(taken) == "confirmed"
        return
    assert lookups.fulfil(taken.sign_up, wish, data, SIGN_UP_OPENS)
    assert state_of(taken) == state


def test_the_receipt_shows_the_sign_up(session, come, client):
    taken = come(session)
    data = {"number": taken.receipt.number, "code": taken.query_code}

    shown = client.post("/receipts/", data).content.decode()

    assert [word for word in (session.activity.title, "报名成功") if word not in shown] == []
