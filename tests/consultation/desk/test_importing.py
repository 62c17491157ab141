from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from consultation.desk.faults import FAULTS, explained
from consultation.desk.importing import (
    HEADINGS,
    CellFault,
    Entry,
    Fault,
    Place,
    check_rows,
    guess_mapping,
    read_moment,
)
from consultation.desk.sheets import read_sheet
from consultation.enums import Channel

from .conftest import AT, SHANGHAI

PLACES = [Place("a" * 36, 1, "第一条（目的）"), Place("b" * 36, 12, "第十二条（范围）")]
RECEIVED = datetime(2026, 11, 1, tzinfo=SHANGHAI)


def check(text: str, **changes):
    sheet = read_sheet(text.encode())
    arguments = {"channel": Channel.LETTER, "at": AT, "places": PLACES} | changes
    mapping = arguments.pop("mapping", None) or guess_mapping(sheet.headings)
    return check_rows(sheet, mapping, **arguments)


def one(heading: str, value: str, **changes) -> Entry:
    checked = check(f'意见,收到时间,{heading}\n好,2026-11-01,"{value}"\n', **changes)
    assert checked.faults == []
    return checked.entries[0]


def fault_of(heading: str, value: str, **changes) -> Fault:
    checked = check(f'意见,收到时间,{heading}\n好,2026-11-01,"{value}"\n', **changes)
    assert checked.entries == []
    [fault] = checked.faults
    return fault


@pytest.mark.parametrize("headings", [list(names) for names in HEADINGS.values()])
def test_every_known_heading_is_understood(headings):
    for heading in headings:
        assert list(guess_mapping([heading]).values()) == [0]


def test_of_two_columns_that_would_do_the_better_is_taken():
    polis = ["timestamp", "datetime", "comment-id", "author-id", "comment-body"]
    assert guess_mapping(polis) == {"text": 4, "received_at": 0, "external_key": 2}


def test_headings_are_compared_without_brackets_case_and_width():
    assert guess_mapping(["姓名（选填）", "ＩＤ", "Comment Body *"]) == {
        "author": 0,
        "external_key": 1,
        "text": 2,
    }


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01 09:30",
        "2026-11-01T09:30:00",
        "2026-11-01T09:30:00+08:00",
        "2026-11-01T01:30:00Z",
        "2026/11/1 9:30",
        "2026.11.1 9:30:00",
        "2026年11月1日9时30分",
        "2026年11月1日 09：30",
        "２０２６年１１月１日 ９:３０",
        "1793496600000",
        "1793496600",
    ],
)
def test_every_way_of_writing_a_moment_gives_the_same(text):
    assert read_moment(text, AT) == datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    ["2026-11-01", "2026/11/1", "2026年11月1日", datetime(2026, 11, 1)],  # noqa: DTZ001
)
def test_a_day_without_an_hour_begins_at_midnight_in_shanghai(text):
    assert read_moment(text, AT) == RECEIVED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_date"),
        ("上周", "bad_date"),
        ("2026-13-01", "bad_date"),
        ("2026-02-30", "bad_date"),
        ("2026-11-01 25:00", "bad_date"),
        ("0001-01-01", "bad_date"),
        ("1989-12-31", "bad_date"),
        ("9999-12-31T23:59:59-14:00", "future"),
        ("0001-01-01T00:00:00+14:00", "bad_date"),
        ("45231", "bad_date"),
        ("Tue Feb 13 12:58:16 WIB 2018", "bad_date"),
    ],
)
def test_what_is_no_date_is_refused(text, code):
    with pytest.raises(CellFault) as fault:
        read_moment(text, AT)
    assert fault.value.code == code


def test_nothing_is_received_after_the_moment_of_the_check():
    assert read_moment(AT.isoformat(), AT) == AT
    with pytest.raises(CellFault, match="future"):
        read_moment((AT + timedelta(microseconds=1)).isoformat(), AT)


@pytest.mark.parametrize(
    ("text", "channel"),
    [("", "letter"), ("来电", "phone"), ("座谈会", "symposium"), ("E-Mail", "email")],
)
def test_a_row_that_names_no_way_came_by_the_way_of_the_file(text, channel):
    assert one("渠道", text).channel == channel


def test_the_identity_is_read_in_both_languages():
    assert [one("身份", text).identity for text in ("居民", "Enterprise", "")] == [
        "resident",
        "enterprise",
        "",
    ]


@pytest.mark.parametrize("text", ["第十二条", "第12条", "12", "Article 12", "第十二条（范围）"])
def test_an_article_is_found_by_its_number_or_its_name(text):
    entry = one("条款", text)
    assert (entry.article_key, entry.article_label) == ("b" * 36, "第十二条（范围）")


@pytest.mark.parametrize("text", ["", "全文", "-", "无"])
def test_an_opinion_may_be_about_the_whole_draft(text):
    assert one("条款", text).article_key == ""


def test_a_contact_is_brought_into_one_spelling_and_other_ways_are_kept():
    assert one("联系方式", "+86 138 0000 1234").contact == "13800001234"
    assert one("联系方式", "Wang@Example.CN").contact == "wang@example.cn"
    assert one("联系方式", "021-56781234").contact == "021-56781234"


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("渠道", "信鸽", "channel"),
        ("身份", "外星人", "identity"),
        ("条款", "第九条", "article"),
        ("联系方式", "wang@", "contact"),
        ("理由", "坏\x00字", "nul"),
        ("编号", "n" * 101, "too_long"),
        ("姓名", "张" * 101, "too_long"),
    ],
)
def test_a_bad_cell_is_named_with_line_column_and_value(heading, value, code):
    fault = fault_of(heading, value)
    shown = value.replace("\x00", "␀")
    shown = shown if len(shown) <= 80 else shown[:80] + "…"
    assert (fault.line, fault.column, fault.value, fault.code) == (2, heading, shown, code)


def test_an_opinion_is_taken_up_to_its_greatest_length():
    assert check(f"意见,收到时间\n{'长' * 10_000},2026-11-01\n").faults == []
    [fault] = check(f"意见,收到时间\n{'长' * 10_001},2026-11-01\n").faults
    assert (fault.code, fault.about) == ("too_long", 10_000)


def test_every_bad_row_is_named_and_every_bad_cell_of_it():
    checked = check(
        "编号,意见,收到时间,渠道\n"
        "1,好,2026-11-01,来信\n"
        "1,,明天,信鸽\n"
        "7,也好,2027-01-01,\n"
        "8,很好,2026-11-01,电话,多余\n",
        known_keys={"7"},
    )
    assert [entry.line for entry in checked.entries] == [2]
    assert {(fault.line, fault.column, fault.code) for fault in checked.faults} == {
        (3, "编号", "same_number"),
        (3, "意见", "no_text"),
        (3, "收到时间", "bad_date"),
        (3, "渠道", "channel"),
        (4, "编号", "imported_before"),
        (4, "收到时间", "future"),
        (5, "", "too_many_cells"),
    }


def test_identical_texts_of_different_people_all_count():
    checked = check("意见,收到时间\n支持,2026-11-01\n支持,2026-11-01\n")
    assert (len(checked.entries), checked.faults) == (2, [])


def test_a_row_shorter_than_the_headings_has_empty_cells():
    checked = check("意见,收到时间,理由\n好,2026-11-01\n")
    assert [(entry.text, entry.reasons) for entry in checked.entries] == [("好", "")]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"received_at": 1}, "no_text"),
        ({"text": 0}, "no_received_at"),
        ({"text": 0, "received_at": 1, "reasons": 0}, "column_twice"),
    ],
)
def test_columns_that_are_missing_or_used_twice_are_said_before_any_row(mapping, code):
    checked = check("意见,收到时间\n,坏\n", mapping=mapping)
    assert [(fault.line, fault.code) for fault in checked.faults] == [(0, code)]


def test_every_fault_has_words_for_the_officer():
    for code in FAULTS:
        fault = {"line": 3, "column": "意见", "value": "", "code": code, "about": 5}
        assert explained(fault)["meaning"]
    fault = {"line": 0, "column": "", "value": "", "code": "no_text", "about": 0}
    with override("en"):
        assert explained(fault)["meaning"] == "choose the column with the opinions"


def test_a_row_keeps_its_text_exactly_but_for_the_ends_of_its_lines():
    [entry] = check('意见,收到时间\n"  =1+1 𠮷\r\n第二行  ",2026-11-01T00:00:00Z\n').entries
    assert entry == Entry(
        line=2,
        text="=1+1 𠮷\n第二行",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        channel=Channel.LETTER,
    )
