"""The open month: table, filters, calendar (plan 2023, III.3; rulebook O3, O5)."""

import html
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from cms.record.actions import record
from events.enums import Admission, SessionState
from events.models import SessionPlaces
from tests.factories import (
    SIGN_UP_CLOSES,
    SIGN_UP_OPENS,
    STARTS,
    ActivityPageFactory,
    ActivityReportPageFactory,
    SessionFactory,
    SurveyIndexPageFactory,
    SurveyPageFactory,
)
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/open-day/2026/"
SECOND = timedelta(seconds=1)


def words(response) -> str:
    return html.unescape(response.content.decode())


def rows(client, **asked) -> list[str]:
    """The names in the table, in their order."""
    cache.clear()
    text = words(client.get(ADDRESS, asked))
    return [cell.split("</a>")[0].split(">")[-1] for cell in text.split('<th scope="row">')[1:]]


def add(open_day, slug, *, title, starts_at=STARTS, **facts):
    page = publish(ActivityPageFactory(parent=open_day, slug=slug, title=title, **facts))
    return SessionFactory(activity=page, starts_at=starts_at)


def test_the_headings_are_those_of_the_column(client, activity):
    text = words(client.get(ADDRESS))

    found = [part.split("</h2>")[0].split(">")[-1] for part in text.split("<h2")[1:]]
    assert found == ["活动预告", "活动集锦", "问卷调查"]


def test_the_table_has_the_columns_of_the_city_and_the_state(client, activity):
    SessionFactory(activity=activity)

    text = words(client.get(ADDRESS))

    head = text.split("<thead>")[1].split("</thead>")[0]
    columns = [cell.split("</th>")[0].split(">")[-1] for cell in head.split("<th")[1:]]
    assert columns == [
        "序号",
        "活动时间",
        "活动名称（主题）",
        "活动形式",
        "活动地点",
        "拟参与人数",
        "报名状态",
    ]


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (SIGN_UP_OPENS - SECOND, "报名未开始"),
        (SIGN_UP_OPENS, "报名中"),
        (SIGN_UP_CLOSES - SECOND, "报名中"),
        (SIGN_UP_CLOSES, "报名已截止"),
        (STARTS + timedelta(hours=2) - SECOND, "报名已截止"),
        (STARTS + timedelta(hours=2), "已结束"),
    ],
)
def test_the_state_follows_the_clock(client, activity, clock, at, status):
    SessionFactory(activity=activity)
    clock.move_to(at)
    cache.clear()

    text = words(client.get(ADDRESS))

    badge = text.split('class="status status-')[1].split("</span>")[0].split(">")[-1]
    assert badge == status


@pytest.mark.parametrize(
    ("admission", "places", "said"),
    [
        (
            Admission.FIRST_COME,
            {"capacity": 10, "taken": 7},
            ["报名中", "尚余3个名额", "我要报名"],
        ),
        (Admission.FIRST_COME, {"capacity": 10, "taken": 10}, ["已满，可候补", "", "候补报名"]),
        (
            Admission.FIRST_COME,
            {"capacity": 10, "taken": 10, "waiting": 2},
            ["已满，可候补", "2组候补", "候补报名"],
        ),
        (
            Admission.FIRST_COME,
            {"capacity": 10, "taken": 9, "waiting": 1},
            ["已满，可候补", "1组候补", "候补报名"],
        ),
        (Admission.DRAW, {"capacity": 10}, ["报名中", "报名截止后抽签", "我要报名"]),
        (Admission.OPEN_DOOR, {"capacity": 10}, ["无需报名", "", ""]),
        (Admission.INVITATION, {"capacity": 10}, ["仅限邀请", "", ""]),
    ],
)
def test_the_list_says_what_can_be_got(client, open_day, admission, places, said):
    session = add(open_day, "one", title="活动", admission=admission)
    SessionPlaces.objects.filter(pk=session.pk).update(**places)

    cell = words(client.get(ADDRESS)).split('data-label="报名状态">')[1].split("</td>")[0]

    plain = [part.split("<")[0].strip() for part in cell.split(">")]
    found = [part for part in plain if part and not part.startswith("(")]
    assert found == [part for part in said if part]


def test_a_cancelled_activity_says_so(client, activity):
    SessionFactory(activity=activity, state=SessionState.CANCELLED)

    text = words(client.get(ADDRESS))

    assert 'class="status status-cancelled">已取消<' in text
    assert "<strong>已取消</strong>" in text


def test_a_planned_session_is_not_public(client, activity):
    SessionFactory(activity=activity, state=SessionState.PLANNED)

    assert "待公布" in words(client.get(ADDRESS))
    assert "2026-08-15" not in words(client.get(ADDRESS))


def test_the_list_is_filtered_by_day_place_and_audience(client, open_day):
    add(open_day, "b", title="乙", starts_at=STARTS + timedelta(days=1), place="文化中心")
    add(open_day, "a", title="甲", place="服务中心", audiences=["resident"])
    add(open_day, "c", title="丙", place="服务中心", audiences=["media"])

    assert rows(client) == ["甲", "丙", "乙"]
    assert rows(client, day="2026-08-16") == ["乙"]
    assert rows(client, place="服务中心") == ["甲", "丙"]
    assert rows(client, audience="media") == ["丙", "乙"]
    assert rows(client, day="2026-08-15", audience="resident") == ["甲"]
    assert rows(client, place="无此地") == []
    assert rows(client, day="nonsense", audience="king") == ["甲", "丙", "乙"]


def test_the_filter_offers_only_what_is_there(client, open_day):
    add(open_day, "a", title="甲", place="服务中心", audiences=["resident"])

    text = words(client.get(ADDRESS, {"place": "<script>"}))

    selects = text.split("<select")[1:]
    offered = [part.split("</select>")[0].count("<option") for part in selects]
    assert offered == [2, 2, 2]
    assert "<script>" not in text.split('class="filter')[1]


def test_the_calendar_shows_each_session_on_its_day(client, open_day):
    add(open_day, "a", title="甲")
    add(open_day, "b", title="乙", starts_at=STARTS + timedelta(days=30))

    text = words(client.get(ADDRESS, {"view": "calendar"}))

    assert [part.split("<")[0] for part in text.split("<caption>")[1:]] == [
        "2026年8月",
        "2026年9月",
    ]
    days = [
        part.split('"')[0]
        for part in text.split('<time class="month-day" datetime="')[1:]
        if "<li" in part.split("</td>")[0]
    ]
    assert days == ["2026-08-15", "2026-09-14"]


def test_reports_stand_under_highlights(client, activity):
    SessionFactory(activity=activity)
    publish(ActivityReportPageFactory(parent=activity, title="那一天"))

    text = words(client.get(ADDRESS)).split('id="highlights"')[1]

    assert '<a href="/open-day/2026/service-centre/report/">那一天</a>' in text


@pytest.mark.parametrize("whole", [True, False])
def test_questionnaires_stand_where_they_belong(client, home, open_day, activity, whole):
    about = open_day if whole else activity
    index = publish(SurveyIndexPageFactory(parent=home))
    survey = publish(SurveyPageFactory(parent=index, title="您满意吗", about=about))
    publish(SurveyPageFactory(parent=index, title="别的问卷", about=None))

    of_year = words(client.get(ADDRESS)).split('id="questionnaires"')[1]
    of_one = words(client.get(f"{ADDRESS}service-centre/"))

    assert f'<a href="{survey.url}">您满意吗</a>' in of_year
    assert ("您满意吗" in of_one) is not whole
    assert "别的问卷" not in of_year + of_one


def test_an_activity_without_review_is_not_in_the_list(client, open_day):
    ActivityPageFactory(parent=open_day, title="未审查").save_revision()

    assert "未审查" not in words(client.get(ADDRESS))


def queries_of(client, address) -> int:
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}calendar.ics"])
def test_three_activities_take_no_more_queries_than_one(client, open_day, address):
    add(open_day, "a", title="甲")
    for_one = queries_of(client, address)
    add(open_day, "b", title="乙")
    SessionFactory(activity=add(open_day, "c", title="丙").activity)

    assert queries_of(client, address) == for_one <= 16


def test_the_page_is_the_same_for_all_and_kept_for_ten_seconds(client, activity, clock):
    session = SessionFactory(activity=activity)
    first = client.get(ADDRESS)
    SessionPlaces.objects.filter(pk=session.pk).update(taken=10)

    assert first["Cache-Control"] == "public, max-age=10"
    assert client.get(ADDRESS).content == first.content
    clock.shift(timedelta(seconds=11))
    assert "已满，可候补" in words(client.get(ADDRESS))


def events_of(client, address=f"{ADDRESS}calendar.ics"):
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).events}


def test_the_calendar_file_has_one_event_for_each_session(client, activity):
    sessions = [SessionFactory(activity=activity, starts_at=STARTS + n * SECOND) for n in (0, 1)]

    events = events_of(client)

    assert set(events) == {f"{one.key}@testserver" for one in sessions}
    event = events[f"{sessions[0].key}@testserver"]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (STARTS, STARTS + timedelta(hours=2))
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert event["LOCATION"] == "社区事务受理服务中心，淞南镇（示例地址）"
    assert event["URL"].endswith("/open-day/2026/service-centre/")


def test_a_moved_and_a_cancelled_session_keep_their_name_in_the_calendar(client, activity, clock):
    session = SessionFactory(activity=activity)
    name = set(events_of(client))
    session.starts_at, session.ends_at = STARTS + SECOND, STARTS + timedelta(hours=3)
    session.save()
    record("events.session_moved", session, at=STARTS)

    moved = events_of(client)
    session.state = SessionState.CANCELLED
    session.save()
    record("events.session_cancelled", session, at=STARTS)
    cancelled = events_of(client)

    assert set(moved) == set(cancelled) == name
    assert [(e["STATUS"], e["SEQUENCE"]) for e in moved.values()] == [("CONFIRMED", 1)]
    assert [(e["STATUS"], e["SEQUENCE"]) for e in cancelled.values()] == [("CANCELLED", 2)]


@pytest.mark.parametrize("year", [1999, 2025, 99999])
def test_a_year_without_an_open_day_has_no_calendar(client, activity, year):
    assert client.get(f"/open-day/{year}/calendar.ics").status_code == 404


def test_the_column_leads_to_the_newest_year(client, open_day):
    text = words(client.get("/open-day/"))

    assert [heading in text for heading in ("活动预告", "活动集锦", "问卷调查")] == [True] * 3
    assert 'href="/open-day/2026/#preview"' in text
