"""``/feeds/<name>.atom``: what is new, and nothing that is not for everyone."""

import re
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.factories import PolicyDocumentPageFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = {
    "consultations": "ConsultationPage",
    "decisions": "DecisionPage",
    "adoption-reports": "AdoptionReportPage",
    "policies": "PolicyDocumentPage",
}


def entries(client, name: str, **headers) -> list[str]:
    response = client.get(f"/feeds/{name}.atom", headers=headers)
    assert (response.status_code, response["Cache-Control"]) == (200, "public, max-age=60")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "evil" not in response.content.decode()
    tree = ElementTree.fromstring(response.content)  # noqa: S314, our own
    return [entry.find(f"{ATOM}link").get("href") for entry in tree.iter(f"{ATOM}entry")]


def test_every_feed_names_its_live_pages_under_the_sites_own_address(client, one_of_each):
    for name, page in FEEDS.items():
        address = f"http://testserver{one_of_each[page].url}"
        assert entries(client, name, host="evil.example") == [address]


def test_a_page_that_is_not_for_everyone_is_in_no_feed(client, one_of_each):
    for page in FEEDS.values():
        PageViewRestriction.objects.create(page=one_of_each[page], restriction_type="login")

    assert [entries(client, name) for name in FEEDS] == [[], [], [], []]


def test_the_other_language_has_feeds_of_its_own(client, one_of_each):
    response = client.get("/en/feeds/policies.atom")

    assert "<title>Policy documents</title>" in response.content.decode()
    assert "<entry>" not in response.content.decode()


def test_every_page_names_the_feeds_in_its_head(client, one_of_each):
    html = client.get(one_of_each["ContentPage"].url).content.decode()
    links = re.findall(r'type="application/atom\+xml" title="([^"]+)" href="([^"]+)"', html)

    named = {address: title for title, address in links}
    assert {f"/feeds/{name}.atom" for name in FEEDS} <= set(named)
    assert all(named.values())


def queries_of(client) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get("/feeds/policies.atom")
    return len(queries)


def test_a_feed_takes_as_many_queries_for_three_as_for_one(client, one_of_each):
    for_one = queries_of(client)
    for _ in range(2):
        publish(PolicyDocumentPageFactory(parent=one_of_each["PolicyIndexPage"]))

    assert len(entries(client, "policies")) == 3
    assert queries_of(client) == for_one
