"""/decisions/<year>/deadlines/: kept and missed time limits, in the open (A1; plan 2023, V.3)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.clearance.jobs import follow_up_publications
from cms.duties.actions import explain_lateness, note_warnings
from cms.duties.models import Duty
from cms.letters.models import Letter
from cms.letters.warnings import write_duty_warnings
from cms.workdays.queries import calendar
from cms.workdays.rules import nth_working_day
from consultation.actions.decisions import record_decision
from consultation.actions.reports import make_report
from consultation.duties import ADOPTION_REPORT
from consultation.models import ConsultationPage, DecisionPage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/deadlines/"
REPORT = "/decisions/2026/lift/adoption-report/"
CONSULTATION = "/decisions/2026/lift/consultation/"


@pytest.fixture
def issue(closed_consultation, officer):
    """The decision was issued so many working days' worth of calendar days ago."""

    def call(days_ago=0):
        today = timezone.localdate()
        record_decision(
            DecisionPage.objects.get(pk=closed_consultation.get_parent().pk),
            document_number="宝淞府〔2026〕8号",
            meeting_name="镇长办公会",
            issued_on=today - timedelta(days=days_ago),
            by=officer,
            today=today,
            at=timezone.now(),
        )
        return Duty.objects.get()

    return call


@pytest.fixture
def publish_made_report(closed_consultation, publish_report):
    def call(**fields):
        report = publish_report(closed_consultation, **fields)
        follow_up_publications(timezone.now())
        return report

    return call


def page_of(client, address=ADDRESS):
    cache.clear()
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def rows(html):
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def numbers(html):
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", html.partition("entries-table")[0])
    return {label: int(number) for label, number in found}


def test_before_the_decision_nothing_is_due(client, closed_consultation):
    html = page_of(client)

    [row] = rows(html)
    assert "决策尚未出台" in row
    assert numbers(html)["决策尚未出台"] == 1


def test_while_the_clock_runs_the_due_day_and_what_is_left_are_told(client, issue):
    duty = issue()
    [row] = rows(page_of(client))

    assert duty.due_on.isoformat() in row
    assert "剩余10个工作日" in row


def test_what_is_overdue_stands_there_before_anyone_explains_it(client, issue):
    duty = issue(days_ago=40)
    html = page_of(client)
    [row] = rows(html)

    assert duty.due_on.isoformat() in row
    assert "逾期" in row
    assert numbers(html)["逾期未公开"] == 1


def test_a_report_in_time_is_told_as_kept(client, issue, publish_made_report):
    issue()
    publish_made_report()
    [row] = rows(page_of(client))

    assert "按期公开" in row
    assert timezone.localdate().isoformat() in row


def test_a_late_report_carries_its_reason_everywhere(client, issue, publish_made_report):
    issue(days_ago=40)
    publish_made_report(lateness_reason="防汛期间人手不足")
    [row] = rows(page_of(client))

    assert "逾期公开" in row
    told = [row, page_of(client, REPORT), page_of(client, CONSULTATION)]
    assert ["防汛期间人手不足" in text for text in told] == [True, True, True]


def test_a_reason_that_nobody_reviewed_is_not_public(
    client, issue, publish_made_report, closed_consultation
):
    issue()
    publish_made_report()
    duty = issue(days_ago=60)
    explain_lateness(
        closed_consultation,
        ADOPTION_REPORT,
        reason="内部原因，未经审查",
        at=timezone.now(),
    )
    [row] = rows(page_of(client))

    assert duty.due_on.isoformat() in row
    assert "逾期公开" in row
    assert "内部原因" not in row
    assert "尚未说明原因" in row


def test_the_date_is_explained_day_by_day_on_the_page_of_the_consultation(client, issue):
    duty = issue()
    html = page_of(client, CONSULTATION)

    assert f'datetime="{duty.due_on.isoformat()}"' in html
    assert html.partition("日期是怎样计算的？")[2].count("<tr") > 10


def test_a_consultation_that_is_not_public_has_no_line(client, closed_consultation, issue):
    issue()
    closed_consultation.unpublish()

    assert rows(page_of(client)) == []


@pytest.mark.parametrize(
    "address", ["/decisions/1999/deadlines/", "/en/decisions/2026/deadlines/"]
)
def test_a_year_without_a_public_catalogue_has_no_page(client, closed_consultation, address):
    assert client.get(address).status_code == 404


def test_the_catalogue_leads_there(client, closed_consultation):
    assert ADDRESS in page_of(client, "/decisions/2026/")
    assert ADDRESS in page_of(client, "/decisions/")


def test_the_officer_is_warned_at_five_three_and_one_day_and_the_head_at_the_last(issue, housing):
    UserFactory(email="officer@songnan.example", department=housing)
    UserFactory(email="head@songnan.example", department=housing, is_department_head=True)
    duty = issue()
    told = []
    for number in range(1, 11):
        note_warnings(nth_working_day(duty.started_on, number, calendar()).day)
        write_duty_warnings(timezone.now())
        letters = Letter.objects.filter(cause="duty_warning").order_by("pk")
        fresh = [letter.recipient.partition("@")[0] for letter in letters][len(told) :]
        told += [(10 - number, who) for who in fresh]

    assert told == [(5, "officer"), (3, "officer"), (1, "officer"), (1, "head")]


def queries_of(client):
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get(ADDRESS)
    return len(queries)


def test_three_consultations_take_no_more_queries_than_one(
    client, gate, catalogue, housing, closed_consultation, issue
):
    issue()
    for_one = queries_of(client)
    for number in range(2):
        decision = gate.add(
            catalogue,
            DecisionPage(
                title="别的办法",
                slug=f"other-{number}",
                decision_class="measure",
                department=housing,
            ),
        )
        copy = ConsultationPage(
            **{
                name: getattr(closed_consultation, name)
                for name in (
                    "title",
                    "slug",
                    "draft_name",
                    "department",
                    "opens_at",
                    "closes_at",
                    "announced_on",
                    "draft",
                    "explanation",
                    "contact_person",
                    "contact_phone",
                )
            }
        )
        page = gate.add(decision, copy)
        record_decision(
            decision,
            document_number="宝淞府〔2026〕9号",
            meeting_name="镇长办公会",
            issued_on=timezone.localdate(),
            by=gate.drafter,
            today=timezone.localdate(),
            at=timezone.now(),
        )
        assert page.live
    assert len(rows(page_of(client))) == 3
    assert queries_of(client) == for_one <= 20


def test_a_preview_of_the_report_starts_nothing(client, issue, closed_consultation, officer):
    issue()
    make_report(closed_consultation, by=officer, at=timezone.now())

    assert "按期公开" not in rows(page_of(client))[0]
