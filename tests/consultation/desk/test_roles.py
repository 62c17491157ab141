"""Who may do what at the desk, and on whose consultations."""

import pytest
from django.urls import reverse

from consultation.enums import Verdict
from consultation.models import CityEntry, ImportBatch, Opinion, OpinionGroup
from tests.factories import UserFactory

from .conftest import AT

pytestmark = pytest.mark.django_db

VIEW = "consultation.view_opinion"
DECIDE = "consultation.decide_opinion"
ENTER = "consultation.enter_opinion"
DECISION = "consultation.record_decision"
REPORT = "consultation.make_report"
UNMASK = "intake.unmask_receipt"
EVERY = {VIEW, DECIDE, ENTER, DECISION, REPORT, UNMASK}

# Address, method, and the one permission without which it is closed.
TABLE = [
    ("desk", "get", VIEW),
    ("desk_results", "get", VIEW),
    ("export_csv", "get", VIEW),
    ("export_xlsx", "get", VIEW),
    ("groups", "get", VIEW),
    ("opinion", "get", VIEW),
    ("opinion", "post", DECIDE),
    ("contact", "post", UNMASK),
    ("selection", "get", DECIDE),
    ("selection", "post", DECIDE),
    ("new_group", "get", DECIDE),
    ("new_group", "post", DECIDE),
    ("group", "get", VIEW),
    ("group", "post", DECIDE),
    ("enter", "get", ENTER),
    ("enter", "post", ENTER),
    ("imports", "get", ENTER),
    ("imports", "post", ENTER),
    ("import", "get", ENTER),
    ("import", "post", ENTER),
    ("run_import", "post", ENTER),
    ("discard_import", "post", ENTER),
    ("resume_import", "post", ENTER),
    ("take_back_import", "get", ENTER),
    ("take_back_import", "post", ENTER),
    ("city", "get", DECIDE),
    ("city_rows", "get", DECIDE),
    ("city_rows", "post", DECIDE),
    ("reopen_city_row", "post", DECIDE),
    ("decision", "get", DECISION),
    ("decision", "post", DECISION),
    ("make_report", "post", REPORT),
]


@pytest.fixture
def place(address, opinion, make_receipt, group, consultation):
    """The address of each name, with something behind it."""
    opinion.receipt = make_receipt()
    opinion.save()
    batch = ImportBatch.objects.create(
        consultation=consultation,
        file_name="a.csv",
        content="意见,日期\n好,2026-11-01\n".encode(),
        channel="letter",
        state="checked",
        uploaded_at=AT,
    )
    entry = CityEntry.objects.create(
        consultation=consultation, exported_at=AT, exported_by=UserFactory()
    )
    row = entry.rows.create(number=1, opinion=opinion)
    behind = {
        "opinion": [opinion.pk],
        "contact": [opinion.pk],
        "group": [group.pk],
        "import": [batch.pk],
        "run_import": [batch.pk],
        "discard_import": [batch.pk],
        "resume_import": [batch.pk],
        "take_back_import": [batch.pk],
        "city_rows": [entry.pk],
        "reopen_city_row": [entry.pk, row.pk],
    }

    def place(name):
        query = f"?id={opinion.pk}" if name == "selection" else ""
        return address(name, *behind.get(name, [])) + query

    return place


@pytest.mark.parametrize(("name", "method", "needed"), TABLE)
def test_each_page_of_the_desk_needs_its_own_permission(
    client, make_user, housing, place, name, method, needed
):
    client.force_login(make_user("all-but-one", *(EVERY - {needed}), department=housing))
    refused = getattr(client, method)(place(name))
    assert (refused.status_code, refused.url) == (302, reverse("wagtailadmin_home"))
    client.force_login(make_user("all", *EVERY, department=housing))
    allowed = getattr(client, method)(place(name))
    allowed.close()
    assert allowed.status_code in (200, 302, 422)
    assert allowed.get("Location") != reverse("wagtailadmin_home")


@pytest.mark.parametrize(("name", "method", "needed"), TABLE)
def test_an_officer_finds_nothing_of_another_department(
    client, make_user, culture, place, name, method, needed
):
    client.force_login(make_user("dept-culture", *EVERY, department=culture))
    assert getattr(client, method)(place(name)).status_code == 404
    assert Opinion.objects.get().verdict == Verdict.PENDING
    assert OpinionGroup.objects.count() == ImportBatch.objects.count() == 1


@pytest.mark.parametrize(("name", "method", "needed"), TABLE)
def test_who_is_not_logged_in_is_asked_to(client, place, name, method, needed):
    response = getattr(client, method)(place(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("wagtailadmin_login"))


@pytest.mark.parametrize("name", ["opinion", "group", "import", "city_rows"])
def test_a_changed_number_in_the_address_leads_into_no_other_consultation(
    desk, place, make_consultation, consultation, name
):
    other = make_consultation("parking")
    inside = place(name)
    elsewhere = inside.replace(f"/{consultation.pk}/", f"/{other.pk}/", 1)
    assert desk.get(inside).status_code == 200
    assert desk.get(elsewhere).status_code == 404


def test_who_belongs_to_no_department_sees_the_desks_of_all(
    client, make_user, opinion, make_consultation, culture, address
):
    make_consultation("library", department=culture)
    client.force_login(make_user("signer", VIEW))
    response = client.get(reverse("opinions:index"))
    assert response.context["paginator"].count == 2
    assert client.get(address("desk")).status_code == 200


def test_an_officer_sees_the_desks_of_the_own_department_only(
    client, make_user, opinion, make_consultation, culture
):
    make_consultation("library", department=culture)
    client.force_login(make_user("dept-culture", VIEW, department=culture))
    html = client.get(reverse("opinions:index")).content.decode()
    assert "library" in html
    assert "lift" not in html


def test_the_menu_offers_the_desk_to_those_who_may_use_it(client, make_user):
    def menu_of(user):
        client.force_login(user)
        return client.get(reverse("wagtailadmin_home")).content.decode()

    assert reverse("opinions:index") in menu_of(make_user("clerk", ENTER))
    assert reverse("opinions:index") in menu_of(make_user("signer", VIEW))
    assert reverse("opinions:index") not in menu_of(make_user("editor"))


def test_who_may_only_enter_opinions_never_reads_any(client, make_user, opinion, address):
    client.force_login(make_user("clerk", ENTER))
    index = client.get(reverse("opinions:index")).content.decode()
    assert address("enter") in index
    assert f'href="{address("desk")}"' not in index
    assert opinion.text not in client.get(address("enter")).content.decode()


@pytest.mark.parametrize("name", ["make_report", "run_import", "discard_import", "contact"])
def test_what_changes_something_is_never_done_by_looking(desk, place, name):
    assert desk.get(place(name)).status_code == 405
