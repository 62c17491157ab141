"""Opinions in JSON, as programs hand them out, read like any other file of rows."""

import json

import pytest

from consultation.desk.importing import guess_mapping
from consultation.desk.sheets import SheetUnreadable, read_sheet

ANSWER = {
    "items": [
        {
            "number": 1,
            "channel": {"code": "letter", "label": "信函"},
            "text": "支持",
            "article": "第一条",
            "changed_articles": ["x"],
        },
        {"number": 2, "channel": {"code": "web", "label": "网上留言"}, "text": "反对"},
    ],
    "next_after": None,
}
EXCHANGE = [
    {"type": "exchange"},
    {"type": "group", "title": "采光"},
    {
        "type": "opinion",
        "key": "a:1",
        "text": "支持",
        "received_at": "2026-11-01T01:00:00Z",
        "author": {"name": "王小明", "contact": "13800001234"},
    },
    {"type": "opinion", "key": "a:2", "text": "一点", "part_of": "a:1"},
    {"type": "opinion", "key": "a:3", "text": "撤回", "withdrawn_at": "2026-11-02T01:00:00Z"},
    {"type": "opinion", "key": "a:4", "text": "反对", "author": "不是作者"},
    {"type": "end"},
]


def lines(objects) -> bytes:
    return b"".join(json.dumps(found, ensure_ascii=False).encode() + b"\n" for found in objects)


def refused(content: bytes) -> tuple[str, int]:
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheet(content)
    return refusal.value.code, refusal.value.line


@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_of_the_open_interface_is_read(indent):
    sheet = read_sheet(json.dumps(ANSWER, indent=indent).encode())

    assert sheet.headings == ["number", "channel", "text", "article"]
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, ["1", "letter", "支持", "第一条"]),
        (3, ["2", "web", "反对", ""]),
    ]
    assert guess_mapping(sheet.headings) == {
        "external_key": 0,
        "channel": 1,
        "text": 2,
        "article": 3,
    }


def test_an_exchange_file_gives_its_whole_opinions_that_were_not_withdrawn():
    sheet = read_sheet(lines(EXCHANGE))

    assert set(guess_mapping(sheet.headings)) == {
        "external_key",
        "text",
        "reasons",
        "received_at",
        "channel",
        "identity",
        "article",
        "author",
        "contact",
    }
    found = [dict(zip(sheet.headings, row.cells, strict=True)) for row in sheet.rows]
    assert [(row["key"], row["author"], row["contact"]) for row in found] == [
        ("a:1", "王小明", "13800001234"),
        ("a:4", "", ""),
    ]
    assert [row.line for row in sheet.rows] == [3, 6]


def test_a_list_and_one_object_a_line_are_read_alike():
    objects = [{"text": "一", "date": "2026-11-01"}, {"text": "二", "date": "2026-11-02"}]

    whole, by_line = read_sheet(json.dumps(objects).encode()), read_sheet(lines(objects))

    assert whole.headings == by_line.headings == ["text", "date"]
    assert [row.cells for row in whole.rows] == [row.cells for row in by_line.rows]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'{"items": [', "broken_json", 1),
        (b'[{"a": 1},\n{"a"', "broken_json", 2),
        (b'{"a": 1}\n{"a": ', "broken_json", 2),
        (b'{"a": 1}\n{"b": 1}\n', "other_keys", 2),
        (b'{"a": 1}\n[1]\n', "broken_json", 2),
        (b"[1, 2]", "other_json", 0),
        (b'{"items": [1]}', "other_json", 0),
        (b"[]", "empty", 0),
        (b"{" * 100_000, "broken_json", 1),
        (lines(EXCHANGE[:-1]), "broken_json", 6),
        ('{"text": "意见"}'.encode("gb18030"), "broken_json", 1),
    ],
)
def test_broken_json_is_refused_with_its_line(content, code, line):
    assert refused(content) == (code, line)


def test_half_a_character_is_shown_as_one_that_cannot_be_read():
    [row] = read_sheet(b'[{"text": "\\ud800"}]').rows
    assert row.cells == ["?"]
