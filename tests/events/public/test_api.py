"""``/api/v1/activities/``: activities with the places left (design, section 1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import SessionPlaces
from tests.factories import SIGN_UP_CLOSES, SessionFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/activities/"


def test_an_activity_says_what_is_left(client, activity):
    session = SessionFactory(activity=activity)
    SessionPlaces.objects.filter(pk=session.pk).update(taken=4)

    found = client.get(ADDRESS).json()["items"]

    assert [item["id"] for item in found] == [activity.pk]
    assert found[0]["status"] == {"code": "open", "label": "报名中"}
    assert found[0]["sign_up_url"] == "http://testserver/open-day/2026/service-centre/register/"
    places = found[0]["sessions"][0]
    assert (places["key"], places["places"], places["places_left"], places["waiting"]) == (
        str(session.key),
        10,
        6,
        0,
    )
    assert client.get(f"{ADDRESS}{activity.pk}/").json() == found[0]


def test_a_closed_activity_names_no_form(client, activity, clock):
    SessionFactory(activity=activity)
    clock.move_to(SIGN_UP_CLOSES)

    found = client.get(f"{ADDRESS}{activity.pk}/").json()

    assert (found["status"]["code"], found["sign_up_url"]) == ("closed", "")


@pytest.mark.parametrize(("year", "count"), [(2026, 1), (2025, 0)])
def test_activities_are_asked_for_by_year(client, activity, year, count):
    assert len(client.get(ADDRESS, {"year": year}).json()["items"]) == count


def queries_of(client) -> int:
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(ADDRESS).status_code == 200
    return len(queries)


def test_three_activities_take_no_more_queries_than_one(client, activity, make_activity):
    SessionFactory(activity=activity)
    for_one = queries_of(client)
    for number in range(2):
        SessionFactory(activity=make_activity(slug=f"a{number}"))

    assert queries_of(client) == for_one <= 6
