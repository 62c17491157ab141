"""Plan 2023, III.1, from end to end as people do it: publish, comment, answer, report, look up."""

import html
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import Page

from cms.clearance.models import ConfidentialityReview
from cms.duties.models import Duty
from cms.letters.models import Letter
from cms.record.models import Event
from cms.record.queries import verify
from consultation.models import AdoptionReportPage, DecisionPage, Opinion
from consultation.rules import SHANGHAI
from home.due import run_due
from home.founding import found_site
from tests.admin_forms import edit_data, edit_url
from tests.factories import (
    CLOSES,
    OPENS,
    ConsultationPageFactory,
    DepartmentFactory,
    PrivacyNoticeFactory,
    UserFactory,
)
from tests.helpers import CHECKS, plant_roots, publish

pytestmark = pytest.mark.django_db

FORM = "/decisions/2026/lift/consultation/opinion/"
DECIDED = datetime(2026, 9, 18, 10, 0, tzinfo=SHANGHAI)
REPORTED = datetime(2026, 9, 25, 10, 0, tzinfo=SHANGHAI)
STEPS = {
    "clearance.reviewed",
    "clearance.released",
    "consultation.opened",
    "consultation.closed",
    "consultation.opinion_submitted",
    "consultation.opinion_decided",
    "consultation.decision_recorded",
    "consultation.report_made",
    "duties.opened",
    "duties.met",
}
REASON = "底层补偿由受益业主协商，本办法不作规定"


class Town:
    """The officials at their desks, each in their own browser."""

    def __init__(self, client):
        self.client = client
        housing = DepartmentFactory()
        self.people = {
            role: UserFactory(role=role)
            for role in ("editor", "reviewer", "signer", "officer", "clerk")
        }
        officer = self.people["officer"]
        officer.department = housing
        officer.save()

    def as_(self, role):
        self.client.force_login(self.people[role])
        return self.client

    def hand_in(self, page):
        client = self.as_("editor")
        return client.post(edit_url(page), {**edit_data(client, page), "action-submit": "1"})

    def answer(self, role, page, **answers):
        client = self.as_(role)
        state = Page.objects.get(pk=page.pk).current_workflow_task_state
        address = reverse(
            "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]
        )
        return client.post(address, answers)

    def clear_and_release(self, page):
        self.hand_in(page)
        self.answer("reviewer", page, **dict.fromkeys(CHECKS, "on"))
        self.answer("signer", page, attribute_confirmed="on")
        return type(page).objects.get(pk=page.pk)

    def decide(self, opinion, verdict, reason=""):
        address = reverse("opinions:opinion", args=[opinion.consultation_id, opinion.pk])
        said = {"verdict": verdict, "reason": reason, "seen_version": opinion.version}
        return self.as_("officer").post(address, said)


class Citizen:
    def __init__(self, client):
        self.client = client
        client.logout()

    def comment(self, text, **told):
        form = self.client.get(FORM).context["form"]
        hidden = {name: form[name].value() for name in ("submission_key", "notice_version")}
        response = self.client.post(FORM, {**hidden, "consent": "on", "text": text, **told})
        assert response.status_code == 201
        return response.context["slip"]

    def look_up(self, slip):
        held = {"number": slip.receipt.number, "code": slip.query_code}
        return html.unescape(self.client.post("/receipts/", held).content.decode())

    def read(self, url):
        response = self.client.get(url)
        return response.status_code, html.unescape(response.content.decode())


@pytest.fixture
def clock():
    with time_machine.travel(OPENS, tick=False) as travel:
        yield travel


@pytest.fixture
def draft(clock, settings):
    settings.JIANYAN_RECORD_ANCHOR = ""
    plant_roots()
    home = found_site().root_page.specific
    draft = ConsultationPageFactory(parent__parent__parent__parent=home, parent__slug="lift")
    PrivacyNoticeFactory()
    decision = draft.get_parent().specific
    catalogue = decision.get_parent().specific
    for page in (home, catalogue.get_parent().specific, catalogue, decision):
        publish(page)
    return draft


def announced(town, draft):
    """先审查、后公开: only with review and release does the draft reach the public."""
    assert Citizen(town.client).read(FORM)[0] == 404

    consultation = town.clear_and_release(draft)

    status, text = Citizen(town.client).read(consultation.url)
    assert (status, "征集中" in text) == (200, True)
    return consultation


def commented(town):
    """Two citizens comment; one leaves an address."""
    citizen = Citizen(town.client)
    first = citizen.comment("建议一楼住户也给补偿。", contact="wang@example.cn", wants_letter="on")
    second = citizen.comment("同意，尽快施工。")
    assert "建议一楼住户也给补偿。" in citizen.look_up(first)
    return first, second


def decided(town, first):
    """After the close nobody comments any more; the department answers each opinion."""
    assert Citizen(town.client).read(FORM)[0] == 409
    refused, adopted = Opinion.objects.order_by("pk")
    assert town.decide(refused, "not_adopted").status_code == 422
    town.decide(refused, "not_adopted", REASON)
    town.decide(adopted, "adopted")
    assert REASON not in Citizen(town.client).look_up(first)


def issued(town, consultation):
    """The decision is recorded: the report is owed within ten working days."""
    said = {
        "document_number": "宝淞府〔2026〕8号",
        "meeting_name": "镇长办公会",
        "issued_on": "2026-09-18",
    }
    town.as_("officer").post(reverse("opinions:decision", args=[consultation.pk]), said)
    duty = Duty.objects.get()
    assert (duty.due_on.isoformat(), duty.met_on) == ("2026-10-09", None)

    town.clear_and_release(DecisionPage.objects.get())

    assert DecisionPage.objects.get().document_number == "宝淞府〔2026〕8号"


def reported(town, consultation):
    """The report is made from the opinions and goes through the same gate."""
    town.as_("officer").post(reverse("opinions:make_report", args=[consultation.pk]))
    report = AdoptionReportPage.objects.get()
    assert Citizen(town.client).read(report.url)[0] == 404
    return town.clear_and_release(report)


def read_in_public(town, consultation, report, slips):
    """The numbers and the reasons, and nobody's name or address; each author the own verdict."""
    status, text = Citizen(town.client).read(report.url)
    assert (status, REASON in text, "wang@example.cn" in text) == (200, True, False)
    assert "已反馈" in Citizen(town.client).read(consultation.url)[1]
    told = [REASON in Citizen(town.client).look_up(slip) for slip in slips]
    assert told == [True, False]
    causes = list(Letter.objects.order_by("pk").values_list("cause", flat=True))
    assert causes == ["opinion_received", "opinion_answered"]
    assert Duty.objects.get().met_on == REPORTED.date()


def recorded(town, pages):
    """Every step is on record, and the record is whole."""
    assert set(Event.objects.values_list("verb", flat=True)) >= STEPS
    reviews = ConfidentialityReview.objects.filter(page__in=pages)
    assert {review.reviewer for review in reviews} == {town.people["reviewer"]}
    assert verify() is None


def test_from_the_draft_to_the_answer(client, draft, clock):
    town = Town(client)
    consultation = announced(town, draft)
    slips = commented(town)

    clock.move_to(CLOSES)
    run_due(CLOSES)
    decided(town, slips[0])

    clock.move_to(DECIDED)
    issued(town, consultation)

    clock.move_to(REPORTED)
    report = reported(town, consultation)
    run_due(REPORTED)
    run_due(REPORTED + timedelta(minutes=1))

    read_in_public(town, consultation, report, slips)
    recorded(town, [consultation, report])
