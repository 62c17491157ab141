from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cms.duties.queries import duty_of
from consultation.desk.document_numbers import DocumentNumberInvalid, normalised_number
from consultation.duties import ADOPTION_REPORT
from consultation.enums import Verdict
from consultation.models import AdoptionReportPage, ReportSnapshot

from .conftest import AT


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.mark.parametrize(
    "typed",
    [
        "宝淞府〔2023〕8号",
        "宝淞府[2023]8号",
        "宝淞府［2023］8号",
        "宝淞府（2023）8号",
        "宝淞府(2023)8号",
        "宝淞府【2023】8号",
        "宝淞府〔2023〕第8号",
        "宝淞府〔2023〕08号",
        " 宝淞府 〔２０２３〕 第 008 号 ",
    ],
)
def test_a_document_number_is_brought_into_its_printed_form(typed):
    assert normalised_number(typed) == "宝淞府〔2023〕8号"


@pytest.mark.parametrize(
    "seen", ["沪崇府办发〔2023〕7号", "沪府办字〔2025〕5号", "国办公开办函〔2019〕61号"]
)
def test_numbers_seen_in_use_stay_as_they_are(seen):
    assert normalised_number(seen) == seen


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "8号",
        "宝淞府8号",
        "宝淞府〔23〕8号",
        "宝淞府〔2023〕0号",
        "宝淞府〔2023〕8",
        "〔2023〕8号",
        "宝〔2023〕8号",
        "Songnan〔2023〕8号",
        "宝淞府〔2023〕8号等",
    ],
)
def test_what_is_no_document_number_is_refused(typed):
    with pytest.raises(DocumentNumberInvalid):
        normalised_number(typed)


def decision(**changes):
    return {
        "document_number": "宝淞府[2026]第08号",
        "meeting_name": "镇长办公会",
        "issued_on": "2026-11-20",
    } | changes


@pytest.mark.django_db
def test_recording_the_decision_starts_the_ten_working_days(desk, address, consultation):
    assert desk.post(address("decision"), decision()).url == address("desk")
    draft = consultation.get_parent(update=True).specific.get_latest_revision_as_object()
    assert (draft.document_number, draft.meeting_name, draft.issued_on) == (
        "宝淞府〔2026〕8号",
        "镇长办公会",
        date(2026, 11, 20),
    )
    assert duty_of(consultation, ADOPTION_REPORT).due_on == date(2026, 12, 4)


@pytest.mark.django_db
def test_a_decision_is_corrected_from_what_was_recorded(desk, address, consultation):
    assert desk.get(address("decision")).context["form"]["meeting_name"].value() == "镇长办公会"
    desk.post(address("decision"), decision())
    form = desk.get(address("decision")).context["form"]
    assert form["document_number"].value() == "宝淞府〔2026〕8号"
    desk.post(address("decision"), decision(issued_on="2026-11-19"))
    assert duty_of(consultation, ADOPTION_REPORT).due_on == date(2026, 12, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document_number": "八号文"}, "document_number"),
        ({"document_number": "宝淞府〔2026〕8号\x00"}, "document_number"),
        ({"meeting_name": ""}, "meeting_name"),
        ({"meeting_name": "会" * 101}, "meeting_name"),
        ({"issued_on": "2026-11-24"}, "issued_on"),
        ({"issued_on": "0001-01-01"}, "issued_on"),
        ({"issued_on": ""}, "issued_on"),
    ],
)
def test_a_faulty_decision_is_said_at_its_field(desk, address, consultation, changes, field):
    response = desk.post(address("decision"), decision(**changes))
    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, [field])
    assert form["issued_on"].value() == decision(**changes)["issued_on"]
    assert duty_of(consultation, ADOPTION_REPORT) is None


@pytest.mark.django_db
def test_a_decision_of_today_is_recorded(desk, address, consultation):
    desk.post(address("decision"), decision(issued_on="2026-11-23"))
    assert duty_of(consultation, ADOPTION_REPORT).started_on == date(2026, 11, 23)


@pytest.mark.django_db
def test_the_report_is_made_and_what_still_blocks_it_is_said(desk, address, opinion):
    response = desk.post(address("make_report"), follow=True)
    report = AdoptionReportPage.objects.get()
    assert not report.live
    assert ReportSnapshot.objects.get().data["received"] == 1
    texts = [str(message) for message in response.context["messages"]]
    problems = report.get_latest_revision_as_object().clearance_problems()
    assert problems
    for problem in problems:
        assert any(problem.text in text for text in texts)


@pytest.mark.django_db
def test_who_may_edit_pages_comes_to_the_editor_of_the_report(
    client, make_user, address, make_opinion
):
    make_opinion(verdict=Verdict.ADOPTED, decided_at=AT)
    user = make_user("head")
    user.is_superuser = True
    user.save()
    client.force_login(user)
    response = client.post(address("make_report"))
    report = AdoptionReportPage.objects.get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[report.pk])
    assert client.post(address("make_report")).status_code == 302
    assert AdoptionReportPage.objects.count() == 1
