import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from consultation.models import Participation

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/adoption-report/"
HEADINGS = [
    "一、履行公众参与程序总体情况",
    "二、意见建议收集和采纳情况",
    "三、较为集中意见及采纳情况",
    "四、较为集中意见不予采纳的原因",
    "附件：意见建议收集和采纳情况汇总表",
]
COLUMNS = ["序号", "意见来源（渠道）", "意见建议内容", "采纳情况", "理由（修改情况）"]


def text_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_report_has_every_section_in_its_order(
    client, closed_consultation, say, publish_report
):
    say(closed_consultation, "好", verdict="adopted")
    publish_report(closed_consultation)
    found = re.findall(r"<h2 id=[^>]*>(.*?)</h2>", text_of(client))
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS


def test_no_opinions_are_reported_in_words(client, closed_consultation, publish_report):
    publish_report(closed_consultation)
    assert "在征求意见期间，未收到社会公众的意见反馈。" in text_of(client)


def test_the_numbers_stand_in_the_text(client, closed_consultation, say, publish_report):
    say(closed_consultation, "好", verdict="adopted")
    say(closed_consultation, "不好", verdict="not_adopted", reason="与上位规定不符")
    publish_report(closed_consultation)
    html = text_of(client)
    assert "共收到意见建议2条：采纳1条，部分采纳0条，不采纳1条，与本事项无关（转办）0条。" in html
    assert "与上位规定不符" in html


def test_other_ways_of_taking_part_are_counted_beside(
    client, closed_consultation, say, publish_report
):
    say(closed_consultation, "好", verdict="adopted")
    held = Participation(
        way="居民座谈会", held_when="2026-08-13", people=23, locale=closed_consultation.locale
    )
    publish_report(closed_consultation, participation=[held])
    html = text_of(client)
    assert "居民座谈会" in html
    assert ">23</td>" in html


def test_no_author_is_ever_named(client, closed_consultation, say, publish_report):
    say(closed_consultation, "请打我电话13812345678", verdict="adopted")
    publish_report(closed_consultation)
    shown = text_of(client) + body_of(client.get(f"{ADDRESS}annex.csv")).decode()
    assert "138****5678" in shown
    assert "13812345678" not in shown
    assert "张某某" not in shown


def test_the_annex_comes_in_pages_of_fifty(client, closed_consultation, say, publish_report):
    for number in range(51):
        say(closed_consultation, f"意见{number}", verdict="adopted")
    publish_report(closed_consultation)
    first, second = text_of(client), text_of(client, f"{ADDRESS}?page=2")
    assert 'id="opinion-50"' in first
    assert 'id="opinion-51"' not in first
    assert 'id="opinion-51"' in second
    assert 'href="?page=2#annex"' in first


def test_lateness_stays_visible_with_its_reason(client, closed_consultation, publish_report):
    due_on = timezone.localdate() - timedelta(days=1)
    publish_report(closed_consultation, due_on=due_on, lateness_reason="防汛期间人手不足")
    html = text_of(client)
    assert "逾期" in html
    assert "防汛期间人手不足" in html


def test_on_the_due_day_the_report_is_in_time(client, closed_consultation, publish_report):
    publish_report(closed_consultation, due_on=timezone.localdate(), lateness_reason="多写的")
    html = text_of(client)
    assert "按期完成" in html
    assert "多写的" not in html


def test_the_digest_of_the_data_is_printed(client, closed_consultation, publish_report):
    report = publish_report(closed_consultation)
    assert report.snapshot.sha256 in text_of(client)


def test_no_cell_of_the_annex_is_taken_for_a_formula(
    client, closed_consultation, say, publish_report, keep_files
):
    for text in ("=1+1", "+86", "-减", "@某", " =HYPERLINK(1)"):
        say(closed_consultation, text, verdict="adopted")
    keep_files(publish_report(closed_consultation))
    text = body_of(client.get(f"{ADDRESS}annex.csv")).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == COLUMNS
    assert [row[2] for row in rows[1:]] == ["'=1+1", "'+86", "'-减", "'@某", "' =HYPERLINK(1)"]
    sheet = load_workbook(BytesIO(body_of(client.get(f"{ADDRESS}annex.xlsx")))).active
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert [(row[2].value, row[2].data_type) for row in sheet.iter_rows(min_row=2)] == [
        (text, "s") for text in ("=1+1", "+86", "-减", "@某", " =HYPERLINK(1)")
    ]


@pytest.mark.parametrize(
    "name",
    ["annex.csv", "annex.xlsx", "report.docx", "data.jsonl", "page.json", "editions/1/annex.csv"],
)
def test_the_annex_of_a_report_that_is_not_live_is_nowhere(
    client, closed_consultation, say, publish_report, keep_files, name
):
    say(closed_consultation, "还没有公开的意见", verdict="adopted")
    report = publish_report(closed_consultation)
    keep_files(report)
    shown = client.get(ADDRESS + name)
    assert body_of(shown)
    report.unpublish()
    assert client.get(ADDRESS + name).status_code == 404
