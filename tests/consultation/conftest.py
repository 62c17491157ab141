"""A consultation from its first day on, and the people around it."""

from datetime import timedelta

import pytest
import time_machine

from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from consultation.actions.opinions import submit_opinion
from home.founding import found_site
from tests.factories import (
    CLOSES,
    OPENS,
    ConsultationPageFactory,
    PrivacyNoticeFactory,
    UserFactory,
)
from tests.helpers import plant_roots, publish, without_indexes


def submission_key(at, form="opinion"):
    return read_submission_key(new_submission_key(form, at), form, at)


@pytest.fixture
def clock():
    """Stands still at the moment the consultation opens, until a test moves it."""
    with time_machine.travel(OPENS, tick=False) as travel:
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
def draft_consultation(clock, home):
    return ConsultationPageFactory(parent__parent__parent__parent=home, parent__slug="lift")


@pytest.fixture
def lift(draft_consultation):
    """The live consultation on the lifts."""
    return publish(draft_consultation)


@pytest.fixture
def notice(db):
    return PrivacyNoticeFactory()


@pytest.fixture
def officer(db):
    return UserFactory()


@pytest.fixture
def say(lift, notice):
    """Submits an opinion as the form does; each call is another person, unless told."""

    def submit(text="建议一楼住户也给补偿。", *, page=lift, at=OPENS, key=None, **told):
        opinion = {name: told.pop(name) for name in ("article_key", "reasons") if name in told}
        intake_data = {
            "key": key or submission_key(at),
            "language": "zh-hans",
            "consent_notice": notice,
            "proof": Proof.WORK,
            **told,
        }
        return submit_opinion(
            page,
            text=text,
            **opinion,
            intake_data=intake_data,
            network_address="203.0.113.7",
            at=at,
        )

    return submit


@pytest.fixture
def after_close(clock, lift):
    """Moves the clock behind the end of the period."""

    def move(days=1):
        at = CLOSES + timedelta(days=days)
        clock.move_to(at)
        return at

    return move


@pytest.fixture
def work_root(settings, tmp_path):
    settings.JIANYAN_WORK_ROOT = str(tmp_path)
    return tmp_path
