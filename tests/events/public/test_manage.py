"""What a party does behind its signed link; a GET changes nothing."""

import html

import pytest
from icalendar import Calendar

from cms.intake.enums import Proof
from events.actions import signups
from events.actions.sessions import raise_capacity
from events.links import manage_path, manage_token
from events.models import SessionPlaces, SignUp
from events.party import Party
from tests.factories import PrivacyNoticeFactory, SessionFactory

from ..conftest import submission_key
from .conftest import MORNING

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def session(activity):
    return SessionFactory(activity=activity, capacity=2)


@pytest.fixture
def come(session, settings):
    notice = PrivacyNoticeFactory(code="sign-up")
    phones = iter(range(13800000001, 13800000099))

    def signing(size=1):
        intake_data = {
            "key": submission_key(MORNING),
            "language": "zh-hans",
            "consent_notice": notice,
            "proof": Proof.WORK,
            "contact_name": "张三",
            "contact": str(next(phones)),
            "wants_letter": True,
        }
        return signups.sign_up(
            session.activity,
            session.key,
            Party(size=size, audience="resident"),
            intake_data=intake_data,
            network_address="203.0.113.7",
            at=MORNING,
        ).sign_up

    return signing


def state_of(sign_up) -> tuple:
    found = SignUp.objects.get(pk=sign_up.pk)
    return found.state, found.party_size, found.is_coming, found.version


def test_the_page_shows_the_sign_up_and_is_nobody_elses(client, come):
    one = come(2)

    response = client.get(manage_path(one))

    assert response.status_code == 200
    assert "报名成功，名额已确认" in words(response)
    assert one.receipt.number in words(response)
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert "张三" not in words(response)


def test_a_mail_scanner_that_follows_every_link_changes_nothing(client, come):
    one = come()
    before = state_of(one)
    address = manage_path(one)

    for path in (address, f"{address}party/", f"{address}session.ics", f"{address}?wish=cancel"):
        client.get(path)
        client.head(path)

    assert state_of(one) == before


def test_a_party_cancels_only_with_the_box_ticked(client, come):
    one, waiting = come(2), come(1)
    address = manage_path(one)

    asked = client.post(address, {"wish": "cancel"})
    still = state_of(one)[0]
    done = client.post(address, {"wish": "cancel", "sure": "yes"})

    assert (asked.status_code, still) == (409, "confirmed")
    assert (done.status_code, state_of(one)[0]) == (200, "cancelled")
    assert state_of(waiting)[0] == "confirmed"
    assert client.get(address).status_code == 410


def test_a_party_says_that_it_is_coming(client, come):
    one = come()

    client.post(manage_path(one), {"wish": "coming"})

    assert state_of(one)[2] is True


@pytest.mark.parametrize(("wish", "state"), [("accept", "confirmed"), ("decline", "declined")])
def test_a_party_answers_an_offered_place(client, come, session, activity, clerk, wish, state):
    type(activity).objects.filter(pk=activity.pk).update(offer_hours=24)
    come(2)
    waiting = come(1)
    raise_capacity(session, 3, by=clerk, at=MORNING)
    address = manage_path(waiting)

    before = words(client.get(address))
    client.post(address, {"wish": wish})

    assert "已为您保留名额" in before
    assert state_of(waiting)[0] == state


def test_fewer_people_give_their_places_to_who_waits(client, come):
    one, waiting = come(2), come(1)

    response = client.post(f"{manage_path(one)}party/", {"party_size": "1"})

    assert "同行人员已修改" in words(response)
    assert state_of(one)[1] == 1
    assert state_of(waiting)[0] == "confirmed"


def test_more_people_than_there_are_places_change_nothing(client, come, session):
    one = come(2)

    response = client.post(f"{manage_path(one)}party/", {"party_size": "3"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["party_size"]
    assert (state_of(one)[1], SessionPlaces.objects.get(pk=session.pk).taken) == (2, 2)


def test_the_buttons_work_on_the_page_that_follows_a_change(client, come):
    one = come(2)
    address = manage_path(one)

    text = words(client.post(f"{address}party/", {"party_size": "1"}))

    forms = [part.split(">")[0] for part in text.split('<form method="post"')[1:]]
    assert {form.split('action="')[1].split('"')[0] for form in forms} == {address}


def test_the_session_goes_into_a_calendar(client, come, session):
    one = come()

    response = client.get(f"{manage_path(one)}session.ics")

    event = next(iter(Calendar.from_ical(response.content).events))
    assert event["DTSTART"].dt == session.starts_at
    assert str(event["UID"]) == f"{session.key}@testserver"
    assert event["URL"].endswith(manage_path(one))


@pytest.mark.parametrize("rating", ["", "0", "6", "x"])
def test_a_rating_is_one_of_five(client, come, rating):
    one = come()
    SignUp.objects.filter(pk=one.pk).update(state="attended")

    response = client.post(manage_path(one), {"wish": "rate", "rating": rating, "text": "很好"})

    assert response.status_code == 409
    assert SignUp.objects.get(pk=one.pk).rating is None
    assert "很好" in words(response)


def test_who_came_rates_the_activity(client, come):
    one = come()
    address = manage_path(one)
    too_early = client.post(address, {"wish": "rate", "rating": "5"})
    SignUp.objects.filter(pk=one.pk).update(state="attended")

    client.post(address, {"wish": "rate", "rating": "4", "text": "很好"})

    found = SignUp.objects.get(pk=one.pk)
    assert too_early.status_code == 409
    assert (found.rating, found.rating_text) == (4, "很好")


def test_a_wish_that_nobody_knows_is_refused(client, come):
    assert client.post(manage_path(come()), {"wish": "everything"}).status_code == 409


def test_a_wrong_link_is_told_so_kindly(client, come):
    token = manage_token(come())
    for wrong in (f"{token[:-1]}", "nonsense", token.replace(":", "."), "x" * 3000):
        response = client.get(f"/sign-ups/{wrong}/")

        assert response.status_code == 404
        assert "链接无效" in words(response)
        assert response["Referrer-Policy"] == "no-referrer"


def test_the_door_code_is_shown_to_who_has_a_place_only(client, come):
    one, waiting = come(2), come(1)

    texts = [words(client.get(manage_path(sign_up))) for sign_up in (one, waiting)]

    assert ["到场时出示的签到二维码" in text for text in texts] == [True, False]
