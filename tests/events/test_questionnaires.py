"""After the day everybody who came gets one link to the questionnaire (plan 2023, III.3)."""

from datetime import timedelta

import pytest

from cms.letters.models import Letter
from events.actions.door import check_in
from events.actions.questionnaires import invite_to_answer
from events.models import SignUp
from surveys.models import Invitation
from tests.factories import SIGN_UP_OPENS, STARTS, SurveyPageFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ENDS = STARTS + timedelta(hours=2)
DUE = ENDS + timedelta(hours=2)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def make_survey(home):
    def make(about, **facts):
        usual = {
            "access": "invited",
            "opens_at": SIGN_UP_OPENS,
            "closes_at": STARTS + timedelta(days=30),
        }
        draft = SurveyPageFactory(parent__parent=home, slug="day", about=about, **usual | facts)
        publish(draft.get_parent().specific)
        return publish(draft)

    return make


@pytest.fixture
def came(session, come, clerk):
    """Signs a party up that comes on the day."""

    def came(number, **told):
        taken = come(session, **told)
        nonce = f"{number:032x}"
        facts = {"nonce": nonce, "scanned_at": STARTS, "by": clerk, "at": STARTS}
        check_in(taken.sign_up, session, **facts)
        return taken

    return came


def links() -> list[str]:
    letters = Letter.objects.filter(cause="survey").order_by("pk")
    return [word for one in letters for word in one.body.split() if "/surveys/" in word]


def test_only_who_came_gets_a_link_and_each_a_link_of_its_own(session, come, came, make_survey):
    make_survey(session.activity)
    came(1)
    came(2)
    come(session)

    assert invite_to_answer(DUE) == 2

    assert len(set(links())) == 2
    assert Invitation.objects.count() == 2
    assert SignUp.objects.filter(invited_to_answer_at=DUE).count() == 2


def test_running_twice_sends_nothing_twice_and_who_is_found_late_is_asked(
    session, came, make_survey
):
    make_survey(session.activity)
    came(1)
    invite_to_answer(DUE)

    assert invite_to_answer(DUE + timedelta(minutes=1)) == 0
    came(2)
    assert invite_to_answer(DUE + timedelta(days=2)) == 1
    assert len(set(links())) == 2


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (DUE - MOMENT, 0),
        (DUE, 1),
        (ENDS + timedelta(days=14) - MOMENT, 1),
        (ENDS + timedelta(days=14), 0),
    ],
)
def test_the_link_comes_within_a_fortnight(session, came, make_survey, at, sent):
    make_survey(session.activity)
    came(1)

    assert invite_to_answer(at) == sent


def test_a_questionnaire_of_the_open_day_serves_all_its_activities(session, came, make_survey):
    make_survey(session.activity.get_parent())
    came(1)

    assert invite_to_answer(DUE) == 1


@pytest.mark.parametrize(
    "facts", [{"access": "open"}, {"closes_at": DUE}, {"opens_at": DUE + MOMENT}]
)
def test_without_an_open_questionnaire_by_link_nobody_is_asked(session, came, make_survey, facts):
    make_survey(session.activity, **facts)
    came(1)

    assert invite_to_answer(DUE) == 0
    assert SignUp.objects.get().invited_to_answer_at is None


def test_nothing_joins_a_link_to_a_person(session, came, make_survey):
    make_survey(session.activity)
    for number in range(4):
        came(number)
    invite_to_answer(DUE)

    said = [str(value) for row in Invitation.objects.values() for value in row.values()]

    known = [one.key.hex for one in SignUp.objects.all()]
    known += [one.receipt.number for one in SignUp.objects.select_related("receipt")]
    assert len(said) == 4 * len(Invitation._meta.concrete_fields)
    assert not {name for name in known if any(name in value for value in said)}
    assert {field.name for field in Invitation._meta.fields}.isdisjoint({"sign_up", "receipt"})
