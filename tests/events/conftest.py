"""An activity of the open day from its first day on, and the people around it."""

import itertools

import pytest
import time_machine

from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from events.actions.signups import sign_up
from events.models import SessionPlaces, SignUp
from events.party import Party
from events.queries import places_differences
from home.founding import found_site
from tests.factories import (
    SIGN_UP_OPENS,
    ActivityPageFactory,
    PrivacyNoticeFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import plant_roots, publish, without_indexes

PHONES = itertools.count(13800000001)


def submission_key(at=SIGN_UP_OPENS, form="sign-up"):
    return read_submission_key(new_submission_key(form, at), form, at)


@pytest.fixture
def clock():
    """Stands still at the moment sign-up opens, until a test moves it."""
    with time_machine.travel(SIGN_UP_OPENS, tick=False) as travel:
        yield travel


@pytest.fixture
def site(db, settings):
    with without_indexes(settings):
        plant_roots()
        yield found_site()


@pytest.fixture
def home(site):
    return site.root_page.specific


@pytest.fixture
def notice(db):
    return PrivacyNoticeFactory(code="sign-up")


@pytest.fixture
def clerk(site):
    return UserFactory(role="clerk", email="clerk@songnan.example")


@pytest.fixture
def make_activity(clock, home):
    """A live activity; several are of the same year."""
    years = []

    def make(**facts):
        above = {"parent": years[0]} if years else {"parent__parent__parent": home}
        page = publish(ActivityPageFactory(**{"offer_hours": 0, **above, **facts}))
        years.append(page.get_parent().specific)
        return page

    return make


@pytest.fixture
def activity(make_activity):
    """First come, first served; whoever moves up is confirmed at once."""
    return make_activity()


@pytest.fixture
def session(activity):
    return SessionFactory(activity=activity, capacity=4)


@pytest.fixture
def come(notice, settings):
    """Signs a party up as the form does; each call is another person, unless told."""
    settings.JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR = 10_000

    def signing(session, size=1, *, at=SIGN_UP_OPENS, phone="", key=None, **told):
        party = Party(size=size, email=told.pop("email", "zhang@example.cn"), **told)
        intake_data = {
            "key": key or submission_key(at),
            "language": "zh-hans",
            "consent_notice": notice,
            "proof": Proof.WORK,
            "contact_name": "张三",
            "contact": phone or str(next(PHONES)),
            "wants_letter": True,
        }
        return sign_up(
            session.activity,
            session.key,
            party,
            intake_data=intake_data,
            network_address="203.0.113.7",
            at=at,
        )

    return signing


def state_of(one) -> str:
    return SignUp.objects.get(pk=getattr(one, "sign_up", one).pk).state


def places_of(session) -> tuple[int, int, int]:
    """Capacity, taken, parties waiting; the counters always agree with the rows."""
    assert places_differences() == {}
    found = SessionPlaces.objects.get(pk=session.pk)
    return found.capacity, found.taken, found.waiting
