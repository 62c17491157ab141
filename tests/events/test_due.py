"""What time brings about around the day; each safe to run twice or late."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cms.letters.models import Letter
from cms.record.models import Event
from events import rules
from events.actions import door, draws, due, signups
from events.draw import commitment_of, faults_of
from events.models import Draw, SessionPlaces, SignUp
from events.rules import SHANGHAI
from tests.factories import SIGN_UP_CLOSES, SIGN_UP_OPENS, STARTS, SessionFactory

from .conftest import places_of, state_of

pytestmark = pytest.mark.django_db
AT = SIGN_UP_OPENS
MOMENT = timedelta(microseconds=1)


def causes() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("cause", flat=True))


@pytest.fixture
def raffle(make_activity):
    return SessionFactory(activity=make_activity(admission="draw"), capacity=4)


def test_before_the_draw_nothing_is_taken(raffle, come):
    one = come(raffle, 3)

    assert (state_of(one), places_of(raffle)) == ("submitted", (4, 0, 0))
    assert causes() == ["submitted"]


def test_a_seed_is_promised_before_the_window_closes_and_shown_after(raffle, come):
    come(raffle, 1)

    assert draws.promise_seeds(AT) == 1
    assert draws.promise_seeds(AT) == 0
    promised = Draw.objects.get()
    assert (promised.seed, promised.file) == ("", None)
    with pytest.raises(rules.TooEarlyToDraw):
        draws.run_draw(raffle, at=SIGN_UP_CLOSES - MOMENT)
    assert draws.run_draws(SIGN_UP_CLOSES - MOMENT) == 0
    assert draws.run_draws(SIGN_UP_CLOSES) == 1
    assert draws.run_draws(SIGN_UP_CLOSES) == 0

    shown = Draw.objects.get()
    assert commitment_of(shown.seed) == shown.commitment == promised.commitment
    assert faults_of(shown.file) == []


def test_a_seed_promised_after_the_close_would_prove_nothing(raffle):
    with pytest.raises(rules.TooLateToPromise):
        draws.commit_seed(raffle, at=SIGN_UP_CLOSES)
    with pytest.raises(rules.NothingPromised):
        draws.run_draw(raffle, at=SIGN_UP_CLOSES)


def test_lots_give_places_in_their_order_and_the_others_wait_in_it(raffle, come):
    parties = [come(raffle, size) for size in (2, 1, 3, 2, 1)]
    draws.commit_seed(raffle, at=AT)

    drawn = draws.run_draw(raffle, at=SIGN_UP_CLOSES)

    states = [state_of(one) for one in parties]
    assert states.count("confirmed") == len(drawn.file["given"])
    assert states.count("waitlisted") == len(drawn.file["waiting"])
    taken = sum(drawn.file["given"].values())
    assert places_of(raffle) == (4, taken, len(drawn.file["waiting"]))
    assert causes()[5:] == ["drawn"] * len(drawn.file["given"]) + ["not_drawn"] * len(
        drawn.file["waiting"]
    )
    # Whoever was next in the lots is next when a place comes back.
    winner = SignUp.objects.filter(state="confirmed").order_by("pk").first()
    first = SignUp.objects.filter(session=raffle).queue().first()
    signups.cancel(winner, at=SIGN_UP_CLOSES)
    if first.places <= 4 - taken + winner.places:
        assert state_of(first) == "confirmed"


def test_after_the_draw_nobody_slips_in(raffle, come):
    draws.commit_seed(raffle, at=AT)
    draws.run_draw(raffle, at=SIGN_UP_CLOSES)

    with pytest.raises(rules.SignUpClosed):
        come(raffle, at=SIGN_UP_CLOSES - MOMENT)


def test_an_official_selects_and_tells_the_others(make_activity, come, clerk):
    session = SessionFactory(activity=make_activity(admission="selection"), capacity=2)
    first, second = come(session, 2), come(session, 1)

    with pytest.raises(rules.NoPlacesLeft):
        draws.select(session, [first.sign_up, second.sign_up], by=clerk, at=AT)
    draws.select(session, [first.sign_up], by=clerk, at=AT)
    draws.finish_selection(session, by=clerk, at=AT)

    assert (state_of(first), state_of(second)) == ("confirmed", "not_selected")
    assert places_of(session) == (2, 2, 0)
    assert causes() == ["submitted", "submitted", "selected", "not_selected"]


def test_an_offer_nobody_answers_goes_to_the_next(make_activity, come):
    session = SessionFactory(activity=make_activity(offer_hours=24), capacity=1)
    leaving, first, second = come(session), come(session), come(session)
    signups.cancel(leaving.sign_up, at=AT)
    deadline = AT + timedelta(hours=24)

    assert due.expire_offers(deadline - MOMENT) == 0
    assert due.expire_offers(deadline) == 1
    assert due.expire_offers(deadline) == 0

    assert (state_of(first), state_of(second)) == ("expired", "offered")
    assert places_of(session) == (1, 1, 0)
    assert causes()[-2:] == ["expired", "offered"]


THREE_BEFORE = datetime(2026, 8, 12, 8, 0, tzinfo=SHANGHAI)
DAY_BEFORE = datetime(2026, 8, 14, 8, 0, tzinfo=SHANGHAI)
EVENING = datetime(2026, 8, 14, 18, 0, tzinfo=SHANGHAI)


def test_reminders_go_out_three_days_and_one_day_before_once_each(session, come):
    come(session)

    assert due.remind(THREE_BEFORE - timedelta(days=1)) == 0
    assert (due.remind(THREE_BEFORE), due.remind(THREE_BEFORE)) == (1, 0)
    assert (due.remind(DAY_BEFORE), due.remind(DAY_BEFORE)) == (1, 0)
    assert due.remind(STARTS) == 0

    assert causes() == ["confirmed", "reminder", "reminder_last"]


def test_who_signs_up_late_gets_the_last_reminder_only(session, come):
    come(session, at=SIGN_UP_CLOSES - MOMENT)

    due.remind(DAY_BEFORE)

    assert causes() == ["confirmed", "reminder_last"]


@pytest.fixture
def strict(make_activity):
    return SessionFactory(activity=make_activity(releases_unconfirmed=True), capacity=3)


def test_unconfirmed_places_go_to_who_waits_in_the_evening_before(strict, come):
    silent, coming, waiting = come(strict, 2), come(strict, 1), come(strict, 2)
    due.remind(DAY_BEFORE)
    signups.confirm_coming(coming.sign_up, at=DAY_BEFORE)

    assert due.release_unconfirmed(EVENING - MOMENT) == 0
    assert due.release_unconfirmed(EVENING) == 1
    assert due.release_unconfirmed(EVENING) == 0

    assert [state_of(one) for one in (silent, coming, waiting)] == [
        "released",
        "confirmed",
        "confirmed",
    ]
    assert places_of(strict) == (3, 3, 0)


def test_nothing_is_released_where_the_editor_did_not_say_so(session, come):
    come(session)
    due.remind(DAY_BEFORE)

    assert due.release_unconfirmed(EVENING) == 0


def test_who_was_not_asked_or_cannot_be_reached_keeps_the_place(strict, come):
    come(strict)
    assert due.release_unconfirmed(EVENING) == 0

    come(strict, email="")
    due.remind(DAY_BEFORE)
    SignUp.objects.filter(pk=SignUp.objects.first().pk).update(is_coming=True)

    assert due.release_unconfirmed(EVENING) == 0


def test_who_came_is_asked_how_it_was_and_who_did_not_is_not(session, come, clerk):
    came, _absent = come(session), come(session)
    door.check_in(came.sign_up, session, nonce="n", scanned_at=STARTS, by=clerk, at=STARTS)
    ready = session.ends_at + timedelta(hours=2)

    assert due.invite_to_rate(ready - MOMENT) == 0
    assert (due.invite_to_rate(ready), due.invite_to_rate(ready)) == (1, 0)

    signups.rate(came.sign_up, rating=5, text="很好", at=ready)
    assert SignUp.objects.get(pk=came.sign_up.pk).rating == 5


def test_six_months_later_nothing_says_who_came(session, come):
    one = come(session, needs="轮椅", needs_consented=True).sign_up
    last = session.ends_at + timedelta(days=rules.KEPT_DAYS)

    assert due.purge_sign_ups(last - MOMENT) == {"sign_ups": 0}
    assert due.purge_sign_ups(last) == {"sign_ups": 1}
    assert due.purge_sign_ups(last) == {"sign_ups": 0}

    found = SignUp.objects.get(pk=one.pk)
    assert (found.email, found.needs, found.person_index) == ("", "", "")
    assert found.receipt.delete_contact_on == rules.kept_until(session.ends_at)


def test_counters_that_differ_are_found_and_whoever_manages_sessions_is_told(session, come, clerk):
    come(session, 2)
    out = StringIO()
    call_command("reconcile_places", stdout=out)
    assert due.reconcile(AT) is True
    assert due.reconcile(AT) is False

    SessionPlaces.objects.filter(pk=session.pk).update(taken=1, waiting=2)

    with pytest.raises(CommandError) as refusal:
        call_command("reconcile_places")
    assert refusal.value.returncode == 1
    assert "taken -1, waiting +2" in str(refusal.value)
    tomorrow = AT + timedelta(days=1)
    with pytest.raises(due.PlacesDiffer):
        due.reconcile(tomorrow)
    assert Event.objects.filter(verb=due.COMPARED, result="failed").count() == 1
    assert Letter.objects.filter(cause="places_differ").get().recipient == clerk.email
