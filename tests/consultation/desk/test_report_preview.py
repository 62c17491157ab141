"""The report as it would be made now: officers see every output before anything is frozen."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from consultation.actions.groups import create_group, put_into_group
from consultation.actions.reports import make_report
from consultation.actions.verdicts import decide_opinions
from consultation.annex import Reading
from consultation.models import ReportSnapshot
from consultation.report import paper


@pytest.fixture
def decided(make_opinion, consultation, officer):
    """Three: two adopted, one under study; two on the first article."""
    keys = [make_opinion(text, article_label="第一条").pk for text in ("甲", "乙")]
    decide_opinions(
        consultation, keys, verdict="adopted", reason="", by=officer, at=timezone.now()
    )
    make_opinion("丙")
    return consultation


def body(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def missing(desk, address) -> list[str]:
    return [step.text for step in desk.get(address("preview")).context["completeness"].missing]


def test_the_numbers_of_a_preview_are_those_a_snapshot_would_freeze(decided):
    reading = Reading()
    for line, opinion in ReportSnapshot.objects.reading_of(decided):
        reading.add(line, opinion)
    frozen, _digest = reading.close(ReportSnapshot.objects.standing_of(decided))
    assert ReportSnapshot.objects.facts_of(decided) == frozen


def test_the_preview_shows_the_work_as_it_stands_and_freezes_nothing(desk, address, decided):
    html = desk.get(address("preview")).content.decode()
    assert "共收到意见建议3条：采纳2条" in html
    assert "丙" in html
    assert "预览稿，非正式文本" in html
    assert not ReportSnapshot.objects.exists()


def test_the_preview_in_word_says_that_it_is_one(desk, address, decided):
    file = Document(BytesIO(body(desk.get(address("preview_file", "report.docx")))))
    assert file.sections[0].header.paragraphs[0].text == "预览稿，非正式文本"
    assert "（公开之日）" in [paragraph.text for paragraph in file.paragraphs]


def test_the_workbook_of_the_preview_has_every_opinion(desk, address, decided):
    sheet = load_workbook(BytesIO(body(desk.get(address("preview_file", "annex.xlsx"))))).active
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["甲", "乙", "丙"]


@pytest.mark.skipif(
    not paper.can_print() and not os.environ.get("JIANYAN_STRICT"), reason="needs libpango"
)
def test_the_preview_as_pdf_is_one(desk, address, decided):
    assert body(desk.get(address("preview_file", "report.pdf"))).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["page.json", "data.jsonl", "other.txt"])
def test_what_only_a_publication_has_is_no_preview(desk, address, decided, name):
    assert desk.get(address("preview_file", name)).status_code == 404


def test_the_preview_is_for_the_department_that_leads(
    client, make_user, culture, address, decided
):
    client.force_login(make_user("other", "consultation.view_opinion", department=culture))
    assert client.get(address("preview")).status_code == 404
    assert client.get(address("preview_file", "report.docx")).status_code == 404


def test_the_meter_names_all_that_stands_before_the_public(
    desk, address, decided, officer, make_opinion
):
    report = make_report(decided, by=officer, at=timezone.now())
    report.due_on = timezone.localdate() - timedelta(days=1)
    report.save_revision()
    found = missing(desk, address)
    assert "已超过应公开截止日，缺少逾期原因。" in found
    assert "意见采纳情况反馈尚未经过保密审查。" in found


def test_a_group_answered_later_makes_the_report_stale(desk, address, decided, officer):
    make_report(decided, by=officer, at=timezone.now())
    stale = "反馈生成后认定情况有变化，请重新生成。"
    before = missing(desk, address)
    group = create_group(decided, title="采光", by=officer, at=timezone.now())
    keys = list(decided.opinions.values_list("pk", flat=True))
    put_into_group(group, decided, keys, by=officer, at=timezone.now())
    group.decided_at = timezone.now()
    group.save()
    assert [stale in before, stale in missing(desk, address)] == [False, True]
