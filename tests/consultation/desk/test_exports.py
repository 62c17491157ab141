import csv
import io

import pytest
from openpyxl import load_workbook

from cms.pages.tables import without_formula
from consultation.enums import Channel, Verdict
from consultation.models import Opinion, OpinionAddition

from .conftest import AT, CLOSES

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("http://x.example","点我")'


def as_csv(response) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_xlsx(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


@pytest.fixture
def full(make_opinion, make_receipt, group):
    opinion = make_opinion(
        "支持\n第二行",
        reasons="老人多",
        article_label="第二条（范围）",
        identity="resident",
        received_at=CLOSES,
        receipt=make_receipt(),
        group=group,
        verdict=Verdict.NOT_ADOPTED,
        verdict_reason="资金有限",
        decided_at=AT,
    )
    OpinionAddition.objects.create(opinion=opinion, text="补充", added_at=AT, submission_key="k")
    return opinion


@pytest.mark.parametrize(("name", "read"), [("export_csv", as_csv), ("export_xlsx", as_xlsx)])
def test_the_file_holds_every_opinion_whole_and_no_contact(desk, address, full, name, read):
    found = read(desk.get(address(name)))
    rows = (
        found
        if name == "export_csv"
        else [[str(cell.value or "") for cell in row] for row in found.rows]
    )
    assert len(rows) == 2
    values = rows[1]
    for value in (
        str(full.pk),
        full.receipt.number,
        "2026-11-20 17:00",
        "支持\n第二行",
        "老人多",
        "补充",
        "第二条（范围）",
        "低层住户采光",
        "资金有限",
    ):
        assert value in values
    assert "王小明" not in str(rows) and "13800001234" not in str(rows)


def test_the_file_holds_what_the_filters_show(desk, address, make_opinion):
    make_opinion("网上")
    make_opinion("电话里说", channel=Channel.PHONE)
    rows = as_csv(desk.get(address("export_csv"), {"channel": "phone"}))
    assert len(rows) == 2 and "电话里说" in rows[1]
    assert len(as_csv(desk.get(address("export_csv"), {"q": "没有"}))) == 1


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "＋1"]
)
def test_no_cell_is_taken_for_a_formula(text):
    assert without_formula(text) == f"'{text}"
    assert without_formula("支持=1") == "支持=1"


def test_a_formula_in_an_opinion_stays_text_in_both_files(desk, address, make_opinion):
    make_opinion(FORMULA, verdict=Verdict.ADOPTED, verdict_reason="=1", decided_at=AT)
    row = as_csv(desk.get(address("export_csv")))[1]
    assert f"'{FORMULA}" in row and FORMULA not in row
    cells = list(as_xlsx(desk.get(address("export_xlsx"))).rows)[1]
    assert FORMULA in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_signs_that_a_workbook_cannot_hold_do_not_stop_it(desk, address, make_opinion):
    make_opinion("前\x0b后")
    row = next(as_xlsx(desk.get(address("export_xlsx"))).iter_rows(min_row=2, values_only=True))
    assert "前\ufffd后" in row


def test_a_large_file_is_written_in_few_queries(
    desk, address, consultation, django_assert_max_num_queries
):
    Opinion.objects.bulk_create(
        [Opinion(consultation=consultation, text="支持", received_at=AT) for _ in range(2500)]
    )
    with django_assert_max_num_queries(13) as queries:
        rows = as_csv(desk.get(address("export_csv")))
    assert len(rows) == 2501
    assert len([query for query in queries if "opinionaddition" in query["sql"]]) == 3
