"""What every public page carries (rulebook W1, W2; design, section 4)."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultation.models import CatalogueMatter
from tests.admin_forms import edit_url
from tests.factories import OPENS, ConsultationPageFactory, UserFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

SITE = {
    "SiteName": "建言",
    "SiteDomain": "songnan.example",
    "SiteIDCode": "3101130000",
}
COLUMN = ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
ARTICLE = ["ArticleTitle", "PubDate", "ContentSource"]
LISTS = {"HomePage", "PolicyIndexPage", "DecisionIndexPage"}


def tags(response) -> dict[str, str]:
    return dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', response.content.decode()))


def test_every_page_carries_its_government_tags(client, one_of_each):
    for name, page in one_of_each.items():
        response = client.get(page.url)
        found = tags(response)

        assert response.status_code == 200, name
        assert {tag: found.get(tag) for tag in SITE} == SITE, name
        assert [tag for tag in COLUMN if not found.get(tag)] == [], name
        expected = [] if name in LISTS else ARTICLE
        assert [tag for tag in ARTICLE if found.get(tag)] == expected, name


def test_the_tags_of_a_page_tell_its_own_facts(client, one_of_each):
    found = tags(client.get(one_of_each["ConsultationPage"].url))

    assert found["ArticleTitle"] == one_of_each["ConsultationPage"].title
    assert found["PubDate"] == timezone.localtime(OPENS).strftime("%Y-%m-%d %H:%M")
    assert (found["ColumnName"], found["ColumnType"]) == ("重大行政决策", "征集调查")
    assert found["ContentSource"] == "房屋管理科"


def test_a_number_nobody_entered_is_hidden_and_never_made_up(client, one_of_each, facts):
    facts.id_code = ""
    facts.save()

    assert "SiteIDCode" not in tags(client.get(one_of_each["HomePage"].url))


def test_public_pages_set_no_cookie_and_may_be_kept_by_a_proxy(client, one_of_each):
    for name, page in one_of_each.items():
        response = client.get(page.url)

        assert not response.cookies, name
        assert response["Cache-Control"] == "public, max-age=60", name
        assert "Cookie" not in response.get("Vary", ""), name


def test_public_pages_ask_nothing_of_a_third_party(client, one_of_each):
    for name, page in one_of_each.items():
        response = client.get(page.url)
        policy = response["Content-Security-Policy"]
        text = response.content.decode()
        fetched = re.findall(r'(?:src|<link[^>]*href)="(https?://[^"]+)"', text)

        assert "default-src 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert [url for url in fetched if "//testserver/" not in url] == [], name
        assert " style=" not in text, name


def test_what_officials_see_is_never_kept(client, one_of_each):
    client.force_login(UserFactory(role="editor"))

    response = client.get(edit_url(one_of_each["ContentPage"]))

    assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]
    assert "'unsafe-inline'" in response["Content-Security-Policy"]


def test_a_page_that_is_not_there_is_said_to_be_missing(client, one_of_each):
    response = client.get("/nothing/here/")

    assert response.status_code == 404
    assert "no-store" in response["Cache-Control"]


def test_the_same_page_again_is_not_sent_again(client, one_of_each):
    first = client.get("/")

    again = client.get("/", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["DecisionPage", "ConsultationPage"])
def test_a_page_below_one_for_some_readers_is_for_some_readers(client, one_of_each, name):
    PageViewRestriction.objects.create(page=one_of_each["DecisionPage"], restriction_type="login")

    assert client.get(one_of_each[name].url).status_code == 302


@pytest.mark.parametrize("name", ["ConsultationPage", "AdoptionReportPage", "DecisionPage"])
def test_a_page_for_some_readers_is_named_nowhere(client, one_of_each, name):
    hidden = one_of_each[name]
    catalogue = one_of_each["DecisionCataloguePage"]
    catalogue.matters.add(
        CatalogueMatter(
            name="加装电梯",
            decision_class="measure",
            department_name="房屋管理科",
            planned_completion="2026年",
            decision=one_of_each["DecisionPage"],
            locale=catalogue.locale,
        )
    )
    publish(catalogue)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    lists = ["HomePage", "DecisionIndexPage", "DecisionCataloguePage"]
    addresses = [one_of_each[found].url for found in lists]
    addresses += [reverse("site_map"), reverse("sitemap_xml"), f"{reverse('search')}?q=电梯"]

    naming = [url for url in addresses if hidden.url in client.get(url).content.decode()]

    assert naming == []


def test_a_draft_is_nowhere(client, one_of_each):
    page = one_of_each["ContentPage"]
    address = page.url
    page.unpublish()

    assert client.get(address).status_code == 404


def test_changed_words_of_a_live_page_show_only_once_they_are_reviewed(client, one_of_each):
    page = one_of_each["ContentPage"]
    page.title = "审查中的新标题"
    page.save_revision()

    assert "审查中的新标题" not in client.get(page.url).content.decode()
    publish(page)
    assert "审查中的新标题" in client.get(page.url).content.decode()


def queries_of(client, url) -> int:
    client.get(url)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def another(decisions, number) -> None:
    publish(
        ConsultationPageFactory(
            parent__parent=decisions, parent__slug=f"other-{number}", announced_on=OPENS.date()
        )
    )


@pytest.mark.parametrize("name", ["HomePage", "DecisionIndexPage", "DecisionCataloguePage"])
def test_a_list_takes_as_many_queries_for_three_as_for_one(client, one_of_each, name):
    for_one = queries_of(client, one_of_each[name].url)
    for number in range(2):
        another(one_of_each["DecisionCataloguePage"], number)

    assert queries_of(client, one_of_each[name].url) == for_one


def test_the_site_map_takes_as_many_queries_for_three_as_for_one(client, one_of_each):
    address = reverse("site_map")
    for_one = queries_of(client, address)
    for number in range(2):
        another(one_of_each["DecisionCataloguePage"], number)

    assert queries_of(client, address) == for_one


def test_the_foot_names_sponsor_operator_and_contact_in_the_readers_language(client, home, facts):
    facts.sponsor_en, facts.operator_name, facts.contact = "Songnan Town", "党政办", "电话"
    facts.operator_name_en = "Town Office"
    facts.save()

    chinese, english = (client.get(at).content.decode() for at in ("/", "/en/"))

    assert "承办单位：党政办" in chinese
    assert "Town Office" not in chinese
    assert "Run by Town Office" in english
    assert "党政办" not in english
    assert "Contact: 电话" in english  # nothing else is known
