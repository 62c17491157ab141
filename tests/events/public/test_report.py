"""活动集锦: figures, answers, suggestions (plan 2023, III.3; rulebook O5, O8)."""

import html

import pytest

from events.actions.door import check_in
from events.actions.sessions import close_sessions
from events.models import Question, SignUp
from tests.factories import STARTS, ActivityReportPageFactory, SessionFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/open-day/2026/service-centre/report/"


@pytest.fixture
def held(activity, clerk):
    """Three parties signed up, two came."""
    session = SessionFactory(activity=activity, capacity=50)
    for size, audience in ((12, "resident"), (11, "student"), (5, "resident")):
        SignUp.objects.create(
            activity=activity,
            session=session,
            state="confirmed",
            party_size=size,
            places=size,
            held=size,
            audience=audience,
            created_at=STARTS,
            state_at=STARTS,
        )
    for number, sign_up in enumerate(SignUp.objects.order_by("pk")[:2]):
        check_in(sign_up, session, nonce=f"n{number}", scanned_at=STARTS, by=clerk, at=STARTS)
    close_sessions(session.ends_at)
    return activity


def test_the_report_shows_figures_answers_and_suggestions(client, held):
    asked = {"activity": held, "asked_at": STARTS}
    Question.objects.create(text="几点开门？", answer="九点。", is_frequent=True, **asked)
    Question.objects.create(text="没有回答的问题", **asked)
    suggestion = {"suggestion": "加一张长椅", "outcome": "已放置"}
    publish(ActivityReportPageFactory(parent=held, suggestions=[("suggestion", suggestion)]))

    text = html.unescape(client.get(ADDRESS).content.decode())

    wanted = (
        "<dd>23</dd>",
        "<dd>82<small>%</small></dd>",
        "几点开门？",
        "九点。",
        "已列入政策咨询知识库",
        "加一张长椅",
        "已放置",
    )
    assert [said in text for said in wanted] == [True] * len(wanted)
    assert "没有回答的问题" not in text
