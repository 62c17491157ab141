"""A questionnaire from its first day on, and people who answer it."""

import pytest
import time_machine

from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from home.founding import found_site
from surveys.actions.answers import Submitted, answer_survey
from tests.factories import OPENS, SurveyPageFactory, UserFactory
from tests.helpers import plant_roots, publish, without_indexes

ANSWERS = {
    "who": "1",
    "want": ["1", "3"],
    "mark": "4",
    "parts": {"1": "1", "2": "2"},
    "more": "多办几次。",
}


def submitted(survey, at=OPENS, *, key=None, network="203.0.113.7", language="zh-hans"):
    form = f"survey-{survey.original.pk}"
    key = key or read_submission_key(new_submission_key(form, at), form, at)
    return Submitted(key, Proof.WORK, language, network)


@pytest.fixture
def clock():
    """Stands still at the moment the questionnaire opens, until a test moves it."""
    with time_machine.travel(OPENS, tick=False) as travel:
        yield travel


@pytest.fixture
def site(db, settings):
    with without_indexes(settings):
        plant_roots()
        yield found_site()


@pytest.fixture
def home(site):
    return publish(site.root_page.specific)


@pytest.fixture
def survey(clock, home):
    """The live questionnaire, open to everyone."""
    draft = SurveyPageFactory(parent__parent=home, slug="open-day")
    publish(draft.get_parent().specific)
    return publish(draft)


@pytest.fixture
def invited_survey(clock, home):
    """The live questionnaire for those with a one-time link."""
    draft = SurveyPageFactory(parent__parent=home, slug="open-day", access="invited")
    publish(draft.get_parent().specific)
    return publish(draft)


@pytest.fixture
def officer(db):
    return UserFactory()


@pytest.fixture
def say(survey, settings):
    """Somebody answers; each call is another form, unless told."""
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 10_000

    def submit(answers=ANSWERS, *, page=survey, at=OPENS, token="", **told):
        return answer_survey(
            page, answers, submitted=submitted(page, at, **told), at=at, token=token
        )

    return submit
