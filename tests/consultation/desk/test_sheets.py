from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from consultation.desk import sheets
from consultation.desk.sheets import SheetUnreadable, read_sheet

CSV = "意见内容,收到时间\n𠮷家也要加装电梯,2026-11-01\n"


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_every_encoding_that_offices_use(encoding):
    sheet = read_sheet(CSV.encode(encoding))
    assert sheet.headings == ["意见内容", "收到时间"]
    assert [row.cells for row in sheet.rows] == [["𠮷家也要加装电梯", "2026-11-01"]]
    assert sheet.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("意見內容\n計程車與乘客的權利義務\n".encode("big5"), "encoding"),
        ("opinion\nLe café à côté\n".encode("latin-1"), "encoding"),
        (b"", "empty"),
        ("意见内容\n".encode(), "empty"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "old_excel"),
        (b"PK\x03\x04 no workbook", "broken_workbook"),
        ((",".join(["列"] * 201) + "\n1\n").encode(), "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheet(content)
    assert refusal.value.code == code


def test_a_file_is_read_up_to_its_size_and_its_rows(monkeypatch):
    content = "意见\n一\n二\n".encode()
    monkeypatch.setattr(sheets, "MAX_BYTES", len(content))
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    assert len(read_sheet(content).rows) == 2
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)
    with pytest.raises(SheetUnreadable, match="too_many_rows"):
        read_sheet(content)
    monkeypatch.setattr(sheets, "MAX_BYTES", len(content) - 1)
    with pytest.raises(SheetUnreadable, match="too_big"):
        read_sheet(content)


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(monkeypatch):
    content = workbook(["意见"], ["x" * 10_000])
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 10_000)
    with pytest.raises(SheetUnreadable, match="too_big"):
        read_sheet(content)


def test_a_row_is_known_by_the_line_on_which_it_begins():
    text = '编号,意见\n1,"第一行\n第二行\n第三行"\n\n2,短\n'
    rows = read_sheet(text.encode()).rows
    assert [(row.line, row.cells) for row in rows] == [
        (2, ["1", "第一行\n第二行\n第三行"]),
        (6, ["2", "短"]),
    ]


def test_a_quotation_mark_that_is_not_closed_names_the_line_where_it_begins():
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheet('编号,意见\n1,好\n2,"没有结束\n3,好\n'.encode())
    assert (refusal.value.code, refusal.value.line) == ("broken_csv", 3)


def test_a_field_of_a_million_characters_is_read_to_be_refused_by_name():
    [row] = read_sheet(f"意见,编号\n{'长' * 1_000_000},1\n".encode()).rows
    assert len(row.cells[0]) == 1_000_000


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_from_the_headings(delimiter):
    text = f"编号{delimiter}意见\n1{delimiter}好\n"
    assert read_sheet(text.encode()).rows[0].cells == ["1", "好"]


def test_a_workbook_gives_dates_as_dates_and_whole_numbers_without_a_point():
    shown = datetime(2026, 11, 1, 9, 30)  # noqa: DTZ001, a workbook knows no zones
    content = workbook(["编号", "时间"], [12.0, shown], [None, None], [3])
    assert [(row.line, row.cells) for row in read_sheet(content).rows] == [
        (2, ["12", shown]),
        (4, ["3"]),
    ]


def test_a_formula_stays_the_text_that_it_is_written_as():
    content = workbook(["意见"], ['=HYPERLINK("http://x.example","点我")'])
    assert read_sheet(content).rows[0].cells == ['=HYPERLINK("http://x.example","点我")']
