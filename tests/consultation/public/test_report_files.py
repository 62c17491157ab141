"""One source, many outputs: every file of a report has its words and its totals (A6)."""

import csv
import hashlib
import json
import os
import re
import sys
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from consultation.actions import report_files
from consultation.actions.opinions import withdraw_opinion
from consultation.actions.report_files import editions_left_behind, make_report_files
from consultation.actions.reports import keep_edition, make_report
from consultation.enums import FileState, ReportFormat
from consultation.models import AnnexRow, ReportEdition, ReportFile
from consultation.report import paper
from tests.cms.record.guard import without_guard

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/adoption-report/"
TOTALS = {
    "共收到": 7,
    "采纳": 3,
    "部分采纳": 1,
    "不采纳": 2,
    "与本事项无关（转办）": 0,
    "提出人撤回": 1,
}
COUNTED = {"采纳": 3, "部分采纳": 1, "不采纳": 2}
needs_pango = pytest.mark.skipif(
    not paper.can_print() and not os.environ.get("JIANYAN_STRICT"), reason="needs libpango"
)


@pytest.fixture
def opinions(closed_consultation, say):
    """Seven: three adopted, one in part, two not, one taken back."""
    for number in range(3):
        say(closed_consultation, f"同意{number}", verdict="adopted")
    say(closed_consultation, "半同意", verdict="partly_adopted", reason="仅采纳前半")
    for number in range(2):
        say(closed_consultation, f"反对{number}", verdict="not_adopted", reason="与上位规定不符")
    withdraw_opinion(say(closed_consultation, "收回的话"), at=closed_consultation.opens_at)
    return closed_consultation


@pytest.fixture
def edition(opinions, publish_report, keep_files):
    report = publish_report(
        opinions,
        document_number="宝淞府〔2026〕8号",
        addressees="各居民区、各有关单位",
        copied_to="区府办政务公开科。",
        printed_by="淞南镇党政办公室",
    )
    return keep_files(report)


def content(client, name) -> bytes:
    response = client.get(f"{ADDRESS}editions/1/{name}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def counted(values) -> dict[str, int]:
    found = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def rows_of(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def pdf_text(client) -> str:
    pages = PdfReader(BytesIO(content(client, "report.pdf"))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_the_page_has_the_totals(client, edition):
    html = client.get(ADDRESS).content.decode()
    figures = re.search(r'<dl class="figures">(.*?)</dl>', html, re.S).group(1)
    found = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", figures)
    assert {name: int(count) for name, count in found} == TOTALS


def test_the_sentence_adds_up(client, edition):
    sentence = (
        "共收到意见建议7条：采纳3条，部分采纳1条，不采纳2条，"
        "与本事项无关（转办）0条，提出人撤回1条。详见附件。"
    )
    assert sentence in client.get(ADDRESS).content.decode()


def test_the_word_file_has_the_totals(client, edition):
    tables = [rows_of(table) for table in Document(BytesIO(content(client, "report.docx"))).tables]
    [numbers] = [rows for rows in tables if rows[1][0] == "共收到"]
    assert {name: int(count) for name, count in numbers[1:]} == TOTALS
    assert counted(row[3] for row in tables[-1][1:]) == COUNTED


@needs_pango
def test_the_pdf_has_the_totals(client, edition):
    text = pdf_text(client).replace(" ", "")
    found = re.findall(r"^([^\d\n]+)(\d+)$", text, re.M)
    numbers = {name: int(count) for name, count in found if name in TOTALS}
    assert numbers == TOTALS


def test_the_workbook_has_the_totals(client, edition):
    annex, numbers = load_workbook(BytesIO(content(client, "annex.xlsx"))).worksheets
    found = {row[0]: row[1] for row in numbers.iter_rows(min_row=2, values_only=True)}
    assert {name: found[name] for name in TOTALS} == TOTALS
    assert counted(row[3] for row in annex.iter_rows(min_row=2, values_only=True)) == COUNTED


def test_the_open_data_have_the_totals(client, edition):
    rows = list(csv.reader(StringIO(content(client, "annex.csv").decode("utf-8-sig"))))
    assert counted(row[3] for row in rows[1:]) == COUNTED


def test_the_lines_of_the_data_add_up_to_their_last(client, edition):
    *lines, facts = map(json.loads, content(client, "data.jsonl").splitlines())
    by_verdict = {v: n for v, n in facts["by_verdict"].items() if n}
    assert counted(line["verdict"] for line in lines) == by_verdict
    assert facts["received"] == len(lines) + facts["withdrawn"] == TOTALS["共收到"]


def test_anyone_computes_the_sums_that_the_page_prints(client, edition):
    html = client.get(ADDRESS).content.decode()
    sums = [
        hashlib.sha256(content(client, name)).hexdigest() for name in ("data.jsonl", "page.json")
    ]
    assert sums == [edition.data_sha256, edition.page_sha256]
    assert [each in html for each in sums] == [True, True]
    assert "sha256sum data.jsonl" in html


def test_the_list_of_sums_holds_every_file(client, edition):
    listed = dict(
        reversed(line.split("  "))
        for line in client.get(f"{ADDRESS}editions/1/SHA256SUMS").content.decode().splitlines()
    )
    made = [file.name for file in edition.files.filter(state=FileState.MADE)]
    assert listed == {name: hashlib.sha256(content(client, name)).hexdigest() for name in made}
    assert set(made) >= set(ReportFormat) - {ReportFormat.PDF}


def test_the_word_file_has_the_parts_of_an_official_document(client, edition):
    texts = [p.text for p in Document(BytesIO(content(client, "report.docx"))).paragraphs]
    parts = [
        "房屋管理科",
        "宝淞府〔2026〕8号",
        "关于《电梯补贴办法（草案）》的意见采纳情况反馈",
        "各居民区、各有关单位：",
        "一、履行公众参与程序总体情况",
        "二、意见建议收集和采纳情况",
        "三、较为集中意见及采纳情况",
        "四、较为集中意见不予采纳的原因",
        "附件：意见建议收集和采纳情况汇总表",
        "房屋管理科",
        "（此件公开发布）",
        "抄送：区府办政务公开科。",
    ]
    assert [text for text in texts if text in parts] == parts
    assert texts[-1].startswith("淞南镇党政办公室")
    assert texts[-1].endswith("日印发")


@needs_pango
def test_the_pdf_is_tagged_and_has_the_same_parts(client, edition):
    reader = PdfReader(BytesIO(content(client, "report.pdf")))
    assert reader.metadata.title == "关于《电梯补贴办法（草案）》的意见采纳情况反馈"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for part in (
        "宝淞府〔2026〕8号",
        "各居民区、各有关单位：",
        "（此件公开发布）",
        "抄送：区府办政务公开科。",
    ):
        assert part in text


@needs_pango
def test_a_text_becomes_no_markup_and_nothing_is_fetched(
    client, closed_consultation, say, publish_report, keep_files, tmp_path
):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">秘密</text></svg>')
    injected = f'<img src="{secret.as_uri()}"><link rel="attachment" href="{secret.as_uri()}">'
    say(closed_consultation, injected, verdict="adopted")
    keep_files(publish_report(closed_consultation))
    reader = PdfReader(BytesIO(content(client, "report.pdf")))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "<img" in text
    assert "秘密" not in text
    assert reader.attachments == {}


@needs_pango
def test_the_printer_opens_no_address(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">秘密</text></svg>')
    out = BytesIO()
    html = f'<title>x</title><html lang="zh"><p>正文</p><img alt="" src="{secret.as_uri()}">'
    paper.printer().print_to(out, html)
    assert "秘密" not in PdfReader(out).pages[0].extract_text()


def test_a_text_with_control_characters_still_makes_every_file(
    client, closed_consultation, say, publish_report, keep_files
):
    say(closed_consultation, "前\x0b后\x1f完", verdict="adopted")
    edition = keep_files(publish_report(closed_consultation))
    assert [file.error for file in edition.files.all() if file.name != ReportFormat.PDF] == [
        ""
    ] * 5


def test_without_pango_the_pdf_is_said_to_be_missing_and_the_rest_is_there(
    client, opinions, publish_report, keep_files, monkeypatch
):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.delitem(sys.modules, "consultation.report.printer", raising=False)
    paper.printer.cache_clear()
    try:
        edition = keep_files(publish_report(opinions))
        states = dict(edition.files.values_list("name", "state"))
        assert states.pop(ReportFormat.PDF) == FileState.UNAVAILABLE
        assert set(states.values()) == {FileState.MADE}
        assert "本服务器无法生成" in client.get(ADDRESS).content.decode()
        assert client.get(f"{ADDRESS}report.pdf").status_code == 404
        assert editions_left_behind(timezone.now()) == []
    finally:
        paper.printer.cache_clear()


def test_a_file_that_is_not_made_yet_is_told_of_in_plain_words(client, opinions, publish_report):
    keep_edition(publish_report(opinions), at=timezone.now())
    response = client.get(f"{ADDRESS}report.docx")
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "正在根据已公开的反馈生成" in response.content.decode()
    assert client.get(f"{ADDRESS}data.jsonl").status_code == 200


def test_a_file_is_made_once_and_never_again(edition):
    before = list(edition.files.values_list("name", "sha256", "file"))
    assert make_report_files(edition.pk, at=timezone.now()) == 0
    assert list(edition.files.values_list("name", "sha256", "file")) == before


def test_what_a_worker_left_behind_is_taken_up_after_five_minutes(opinions, publish_report):
    kept = keep_edition(publish_report(opinions), at=timezone.now())
    soon, later = kept.published_at, kept.published_at + timedelta(minutes=5)
    assert (editions_left_behind(soon), editions_left_behind(later)) == ([], [kept.pk])
    ReportFile.objects.update(attempts=5)
    assert editions_left_behind(later) == []


def test_a_correction_is_a_new_edition_and_the_old_one_stays(
    client, gate, officer, opinions, say, edition
):
    say(opinions, "迟到的来信", verdict="adopted")
    report = make_report(opinions, by=officer, at=timezone.now())
    report.correction = "补计邮递延误的来信1件。"
    live = gate.publish(report)
    second = keep_edition(live, at=timezone.now())
    make_report_files(second.pk, at=timezone.now())

    page = client.get(ADDRESS).content.decode()
    old = client.get(f"{ADDRESS}editions/1/").content.decode()
    assert second.number == 2
    assert "补计邮递延误的来信1件。" in page
    assert "采纳：原为3，现为4" in page
    assert "已被新版取代" in old
    assert 'content="noindex"' in old
    assert ("迟到的来信" in page, "迟到的来信" in old) == (True, False)
    assert "<dt>共收到</dt><dd>7</dd>" in old
    assert hashlib.sha256(content(client, "data.jsonl")).hexdigest() == edition.data_sha256


def test_an_edition_that_does_not_exist_is_not_found(client, edition):
    assert client.get(f"{ADDRESS}editions/2/").status_code == 404
    assert client.get(f"{ADDRESS}editions/2/data.jsonl").status_code == 404
    assert ReportEdition.objects.count() == 1


def test_a_file_that_the_reader_has_is_not_sent_again(client, edition):
    tag = client.get(f"{ADDRESS}data.jsonl")["ETag"]
    assert tag == f'"{edition.data_sha256}"'
    assert client.get(f"{ADDRESS}data.jsonl", headers={"If-None-Match": tag}).status_code == 304


@pytest.fixture
def corrections(gate, officer, opinions, edition):
    """Makes so many corrections of the report, each a new edition without its files."""

    def correct(count):
        for number in range(count):
            report = make_report(opinions, by=officer, at=timezone.now())
            report.correction = f"更正{number}{timezone.now()}"
            keep_edition(gate.publish(report), at=timezone.now())

    return correct


def queries_of(client) -> int:
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(ADDRESS)
    assert response.status_code == 200
    return len(queries)


def test_three_more_editions_take_no_more_queries_than_one(client, corrections):
    corrections(1)
    for_one = queries_of(client)
    corrections(2)
    assert queries_of(client) == for_one


def test_every_sum_is_computed_again_and_a_change_is_found(edition):
    said = StringIO()
    call_command("verify_reports", stdout=said)
    assert said.getvalue().split("\n") == [
        "1个版本均与公开时一致。",
        "1 edition is as it was published.",
        "",
    ]
    with without_guard(connection):
        AnnexRow.objects.filter(number=2).update(text="改过的话")
    with pytest.raises(CommandError) as refused:
        call_command("verify_reports")
    assert refused.value.returncode == 1
    assert str(refused.value).split("\n") == [
        f"公开后被改动：{edition}",
        f"Changed since it was published: {edition}",
    ]


def test_a_changed_file_is_found(edition):
    file = edition.files.get(name=ReportFormat.WORD)
    storage = file.file.storage
    storage.delete(file.file.name)
    storage.save(file.file.name, ContentFile(b"else"))
    assert not edition.is_as_it_was()


def test_a_report_whose_files_fail_stays_public_and_is_tried_again(
    client, opinions, publish_report, tmp_path, monkeypatch
):
    kept = keep_edition(publish_report(opinions), at=timezone.now())
    full = tmp_path / "full"
    full.touch()
    with monkeypatch.context() as disk:
        disk.setattr(ReportFile._meta.get_field("file"), "storage", FileSystemStorage(full))
        make_report_files(kept.pk, at=timezone.now())
    failed = kept.files.get(name=ReportFormat.TABLE)
    assert (failed.state, failed.attempts) == (FileState.WAITING, 1)
    assert client.get(ADDRESS).status_code == 200
    make_report_files(kept.pk, at=timezone.now())
    failed.refresh_from_db()
    assert (failed.state, failed.error) == (FileState.MADE, "")


def test_of_two_workers_that_made_the_same_file_the_first_ones_is_kept(opinions, publish_report):
    kept = keep_edition(publish_report(opinions), at=timezone.now())
    stale = kept.files.get(name=ReportFormat.DATA)
    make_report_files(kept.pk, at=timezone.now())
    with BytesIO("另一份".encode()) as other:
        assert report_files.keep_file(stale, other, timezone.now()) == 0
    assert kept.files.get(name=ReportFormat.DATA).sha256 == kept.data_sha256


def test_a_report_taken_from_the_public_takes_its_editions_along(client, edition):
    edition.page.specific.unpublish()
    for name in ("", "report.docx", "data.jsonl", "SHA256SUMS"):
        assert client.get(f"{ADDRESS}editions/1/{name}").status_code == 404
