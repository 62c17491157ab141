"""The page of an activity (page outline 5.4; rulebook O1, O4, O7)."""

import hashlib
import html
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import draw as lots
from events.actions.draws import commit_seed, run_draw
from events.enums import Admission, SessionState
from events.models import Draw, Question, SessionPlaces
from tests.factories import (
    SIGN_UP_CLOSES,
    SIGN_UP_OPENS,
    STARTS,
    ActivityPageFactory,
    ActivityReportPageFactory,
    RoomFactory,
    SessionFactory,
)
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/open-day/2026/service-centre/"
SECOND = timedelta(seconds=1)


def words(response) -> str:
    return html.unescape(response.content.decode())


def test_the_sections_are_those_of_the_outline(client, activity):
    text = words(client.get(ADDRESS)).split("layout-aside")[0]

    headings = [part.split("</h2>")[0].split(">")[-1] for part in text.split("<h2")[1:]]
    assert headings == [
        "活动主题",
        "活动时间（场次）",
        "活动地点",
        "活动形式",
        "活动内容",
        "报名条件",
        "报名时间",
        "报名方式",
        "录取方式",
        "注意事项",
        "联系人及联系电话",
        "我要报名",
        "互动答疑",
        "问卷调查",
        "活动集锦",
    ]


def cells(client, address=ADDRESS) -> list[str]:
    """What the table says can still be had, session by session."""
    text = words(client.get(address)).split('data-label="报名情况">')[1:]
    return [" ".join(strip(cell.split("</td>")[0]).split()) for cell in text]


def strip(text: str) -> str:
    return "".join(part.split(">")[-1] for part in text.split("<"))


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"capacity": 10, "taken": 7}, "尚余3个名额"),
        ({"capacity": 10, "taken": 10}, "已满"),
        ({"capacity": 10, "taken": 10, "waiting": 2}, "已满，2组候补"),
        ({"capacity": 10, "taken": 8, "waiting": 1}, "已满，1组候补"),
    ],
)
def test_a_session_says_what_is_left(client, activity, places, said):
    session = SessionFactory(activity=activity)
    SessionPlaces.objects.filter(pk=session.pk).update(**places)

    assert cells(client) == [said]


def test_a_cancelled_session_says_why_and_an_earlier_one_that_it_was_held(client, activity):
    SessionFactory(activity=activity, starts_at=STARTS - timedelta(days=8))
    SessionFactory(activity=activity, state=SessionState.CANCELLED, reason="台风（示例）")

    assert cells(client) == ["已举办", "已取消：台风（示例）"]


@pytest.mark.parametrize(
    ("at", "is_offered"),
    [
        (SIGN_UP_OPENS - SECOND, False),
        (SIGN_UP_OPENS, True),
        (SIGN_UP_CLOSES - SECOND, True),
        (SIGN_UP_CLOSES, False),
    ],
)
def test_the_form_is_offered_while_the_window_is_open(client, activity, clock, at, is_offered):
    session = SessionFactory(activity=activity)
    clock.move_to(at)

    text = words(client.get(ADDRESS))

    assert (f'href="{ADDRESS}register/"' in text) is is_offered
    assert (f'href="{ADDRESS}register/?session={session.key}"' in text) is is_offered


def test_who_is_invited_or_just_comes_finds_no_form(client, open_day):
    for slug, admission in (("a", Admission.INVITATION), ("b", Admission.OPEN_DOOR)):
        page = publish(ActivityPageFactory(parent=open_day, slug=slug, admission=admission))
        SessionFactory(activity=page)

        assert "register/" not in words(client.get(f"/open-day/2026/{slug}/"))


def test_a_draw_shows_its_promise_before_and_its_seed_after(client, open_day):
    page = publish(ActivityPageFactory(parent=open_day, slug="lots", admission=Admission.DRAW))
    session = SessionFactory(activity=page)
    draw = Draw.objects.create(
        session=session, commitment="c" * 64, committed_at=SIGN_UP_OPENS, sealed_seed="s" * 64
    )

    before = words(client.get("/open-day/2026/lots/"))
    draw.seed, draw.drawn_at, draw.file, draw.sha256 = "s" * 64, SIGN_UP_CLOSES, {}, "f" * 64
    draw.save()
    cache.clear()
    after = words(client.get("/open-day/2026/lots/"))

    assert [sign * 64 in before for sign in "csf"] == [True, False, False]
    assert [sign * 64 in after for sign in "csf"] == [True, True, True]
    assert f'href="/open-day/2026/lots/draws/{session.key}.json"' in after


def test_the_file_of_a_draw_is_public_and_right(client, make_activity):
    page = make_activity(slug="lots", admission=Admission.DRAW)
    session = SessionFactory(activity=page)
    address = f"/open-day/2026/lots/draws/{session.key}.json"
    draw = commit_seed(session, at=SIGN_UP_OPENS)

    assert client.get(address).status_code == 404
    draw = run_draw(session, at=SIGN_UP_CLOSES)
    response = client.get(address)

    assert hashlib.sha256(response.content).hexdigest() == draw.sha256
    assert lots.faults_of(response.json()) == []
    assert client.get(address.replace("lots", "service-centre")).status_code == 404


def test_a_shared_room_leaves_no_more_places_than_it_holds(client, activity):
    room = RoomFactory(capacity=5)
    SessionFactory(activity=activity, room=room)
    beside = SessionFactory(activity=activity, room=room)
    SessionPlaces.objects.filter(pk=beside.pk).update(taken=3)

    assert cells(client) == ["尚余2个名额", "尚余2个名额"]


def test_the_page_says_whether_unanswered_places_are_released(client, open_day):
    said = "前一日18:00仍未确认参加的，名额转给候补人员。"
    for slug, releases in (("a", True), ("b", False)):
        publish(ActivityPageFactory(parent=open_day, slug=slug, releases_unconfirmed=releases))

        assert (said in words(client.get(f"/open-day/2026/{slug}/"))) is releases


def test_answers_are_public_with_the_report_and_not_before(client, activity):
    asked = {"activity": activity, "asked_at": STARTS}
    Question.objects.create(text="几点开门？", answer="九点。", **asked)
    Question.objects.create(text="没有回答的问题", **asked)

    before = words(client.get(ADDRESS))
    publish(ActivityReportPageFactory(parent=activity))
    cache.clear()
    after = words(client.get(ADDRESS))

    assert ["几点开门？" in text for text in (before, after)] == [False, True]
    assert ["没有回答的问题" in text for text in (before, after)] == [False, False]
    assert f'href="{ADDRESS}report/"' in after


def test_the_english_page_shows_the_sessions_of_the_first_language(client, site, activity):
    room = RoomFactory(name="一楼大厅", name_en="Ground floor hall")
    session = SessionFactory(activity=activity, room=room)
    english = publish(site.root_page.get_translations().get().specific).locale
    for page in (*activity.get_ancestors().filter(depth__gt=2).specific(), activity):
        copy = page.copy_for_translation(english)
        if page == activity:
            copy.opens_at = SIGN_UP_CLOSES - SECOND  # the times of the first language count
        publish(copy)

    text = words(client.get(f"/en{ADDRESS}"))

    assert "10 places left" in text
    assert "Ground floor hall" in text
    assert f'href="/en{ADDRESS}register/?session={session.key}"' in text


def queries_of(client) -> int:
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(ADDRESS).status_code == 200
    return len(queries)


def test_three_sessions_take_no_more_queries_than_one(client, activity):
    SessionFactory(activity=activity)
    for_one = queries_of(client)
    for _ in range(2):
        SessionFactory(activity=activity)

    assert queries_of(client) == for_one <= 14


def test_the_page_is_kept_for_ten_seconds(client, activity, clock):
    session = SessionFactory(activity=activity)
    assert client.get(ADDRESS)["Cache-Control"] == "public, max-age=10"
    SessionPlaces.objects.filter(pk=session.pk).update(taken=4)

    assert cells(client) == ["尚余10个名额"]
    clock.shift(timedelta(seconds=11))
    assert cells(client) == ["尚余6个名额"]
