from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from openpyxl import load_workbook

from cms.accounts.models import User
from cms.record import reports
from cms.record.actions import record

from .conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(db) -> User:
    user = User.objects.create_user("auditor")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "view_event"])
    )
    return user


@pytest.fixture
def happened(official):
    record("test.opened", official, by=official, at=NOON, data={"n": 1})
    record("test.closed", None, by="citizen", at=NOON + timedelta(days=1), result="=1+1")
    return official


def verbs(client, **filters) -> list[str]:
    response = client.get(reverse("record_report"), filters)
    assert response.status_code == 200
    return [event.verb for event in response.context["object_list"]]


def test_the_auditor_reads_the_record_newest_first(client, auditor, happened):
    client.force_login(auditor)
    assert verbs(client) == ["test.closed", "test.opened"]
    assert verbs(client, verb="test.op") == ["test.opened"]
    assert verbs(client, actor=happened.pk) == ["test.opened"]
    assert verbs(client, actor_label="citizen") == ["test.closed"]
    assert verbs(client, at_from="2023-09-02", at_to="2023-09-02") == ["test.closed"]
    assert reverse("record_report") in client.get(reverse("wagtailadmin_home")).content.decode()


def test_an_official_without_the_permission_does_not(client, official, happened):
    official.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(official)
    for name in ("record_report", "record_report_results"):
        assert client.get(reverse(name)).status_code == 302
        assert client.get(reverse(name), {"export": "xlsx"}).status_code == 302
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("record_report") not in home


def test_the_record_is_exported_as_a_sheet_without_formulas(client, auditor, happened):
    client.force_login(auditor)
    response = client.get(reverse("record_report"), {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[3].value for row in rows] == ["test.closed", "test.opened"]
    assert (rows[0][6].value, rows[0][6].data_type) == ("=1+1", "s")
    assert str(rows[1][1].value) == "2023-09-01 12:00:00"
    assert rows[1][7].value == "n: 1"


def test_csv_is_not_offered(client, auditor, happened):
    client.force_login(auditor)
    page = client.get(reverse("record_report"))
    assert "export=xlsx" in page.content.decode()
    assert "export=csv" not in page.content.decode()
    forced = client.get(reverse("record_report"), {"export": "csv"})
    assert forced["Content-Type"].startswith("text/html")


def test_a_sheet_too_large_is_refused_with_a_word(client, auditor, happened, monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS", 1)
    client.force_login(auditor)
    response = client.get(reverse("record_report"), {"export": "xlsx"}, follow=True)
    assert response.redirect_chain == [(reverse("record_report"), 302)]
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_a_longer_record_takes_no_more_queries(
    client, auditor, happened, django_assert_max_num_queries
):
    client.force_login(auditor)
    verbs(client)
    with django_assert_max_num_queries(30) as few:
        verbs(client)
    for _ in range(3):
        record("test.opened", None, by=User.objects.create_user(f"o{_}"), at=NOON)
    with django_assert_max_num_queries(len(few)):
        verbs(client)
