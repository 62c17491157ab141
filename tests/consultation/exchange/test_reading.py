"""Whatever is handed in as an exchange file, the answer names the line and what is wrong."""

import hashlib
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.exchange import reading
from consultation.exchange.reading import ExchangeUnreadable, lines_of, read
from consultation.versions import version_digest

AT = "2026-11-01T09:30:00+08:00"
PERSON = "00000000-0000-4000-8000-000000000001"
ARTICLES = [{"key": PERSON, "number": 1, "label": "第一条", "lines": ["……"]}]
CONTACT = dict.fromkeys(("person", "phone", "address", "postcode", "email"), "")
PROSE = {name: [] for name in ("explanation", "interpretation", "background", "activities")}


def opinion(key="a:1", **changes) -> dict:
    return {
        "type": "opinion",
        "key": key,
        "part_of": None,
        "part_number": None,
        "person": PERSON,
        "channel": "web",
        "received_at": AT,
        "withdrawn_at": None,
        "language": "zh-hans",
        "identity": "",
        "text": "支持",
        "reasons": "",
        "additions": [],
        "article_key": "",
        "article_label": "",
        "version": 1,
        "group": "采光",
        "verdict": "pending",
        "reason": "",
        "changed_articles": [],
        "decided_at": None,
        "author": None,
    } | changes


def file(*opinions, **changes) -> list[dict]:
    """A sound file without its end; ``changes`` replaces whole lines by their type."""
    lines = [
        {
            "type": "exchange",
            "format": "jianyan-consultation/1",
            "site": "示例镇",
            "made_at": AT,
            "contacts": False,
            "left_out": 0,
        },
        {
            "type": "decision",
            "title": "办法",
            "decision_class": "measure",
            "adjustment": "added",
            "planned_completion": "",
            "document_number": "",
            "meeting": "",
            "issued_on": None,
            "decision_title": "",
            "text": [],
        },
        {
            "type": "consultation",
            "title": "公告",
            "draft_name": "草案",
            "summary": "",
            "department": "",
            "opens_at": AT,
            "closes_at": None,
            "announced_on": None,
            "short_period_reason": "",
            "extensions": [],
            "attribution": "",
            "contact": CONTACT,
            "concentrated": {"count": 3, "percent": 5, "people": 1},
            "draft": [],
            **PROSE,
        },
        {
            "type": "version",
            "number": 1,
            "kind": "draft",
            "title": "草案",
            "published_at": AT,
            "articles": ARTICLES,
            "sha256": version_digest("草案", ARTICLES),
        },
        {
            "type": "group",
            "title": "采光",
            "phrases": [],
            "verdict": "pending",
            "reason": "",
            "changed_articles": [],
            "decided_at": None,
        },
        *(opinions or [opinion()]),
    ]
    return [line | changes.get(str(line["type"]), {}) for line in lines]


def raw(lines: list[dict], **totals) -> list[bytes]:
    """The lines as bytes, with an end that fits them but for ``totals``."""
    found = [(json.dumps(line, ensure_ascii=False) + "\n").encode() for line in lines]
    kinds = [line["type"] for line in lines]
    counted = {f"{kind}s": kinds.count(kind) for kind in ("version", "group", "opinion")}
    end = {
        "type": "end",
        "totals": counted | totals,
        "sha256": hashlib.sha256(b"".join(found)).hexdigest(),
    }
    return [*found, (json.dumps(end) + "\n").encode()]


def refused(lines) -> tuple[str, int]:
    with pytest.raises(ExchangeUnreadable) as refusal:
        list(read(lines))
    return refusal.value.code, refusal.value.line


def test_a_sound_file_is_read_line_by_line():
    assert [line for line, _record in read(raw(file()))] == [1, 2, 3, 4, 5, 6, 7]


BROKEN = {
    "nothing": ([], "cut_off", 0),
    "no end": (raw(file())[:-1], "cut_off", 6),
    "half a line": ([*raw(file())[:-2], raw(file())[-2][:30]], "no_json", 6),
    "another file": ([b'{"items": []}\n'], "other_file", 1),
    "a list": ([b"[1]\n"], "other_file", 1),
    "deep nesting": ([b"[" * 100_000], "no_json", 1),
    "a number": ([b"1\n"], "other_file", 1),
    "another encoding": (["意见".encode("gb18030")], "encoding", 1),
    "UTF-16": (['{"type": "exchange"}\n'.encode("utf-16")], "encoding", 1),
    "another format": (raw(file(exchange={"format": "jianyan-consultation/9"})), "shape", 1),
    "lines swapped": (raw([*file()[:3], *file()[5:], *file()[3:5]]), "unknown", 4),
    "no decision": (raw([file()[0], *file()[2:]]), "order", 2),
    "twice the head": (raw([file()[0], *file()]), "order", 2),
    "a version after its opinions": (raw([*file(), file()[3]]), "order", 7),
    "an unknown field": (raw(file(opinion(phone="1"))), "shape", 6),
    "a field too few": (raw(file({"type": "opinion"})), "shape", 6),
    "an unknown way": (raw(file(opinion(channel="pigeon"))), "shape", 6),
    "no text": (raw(file(opinion(text=""))), "shape", 6),
    "a text too long": (raw(file(opinion(text="好" * 10_001))), "shape", 6),
    "NUL": (raw(file(opinion(text="好\x00"))), "shape", 6),
    "half a character": (
        [line.replace("支持".encode(), b"\\ud800") for line in raw(file())],
        "shape",
        6,
    ),
    "a moment without its zone": (
        raw(file(opinion(received_at="2026-11-01T09:30:00"))),
        "shape",
        6,
    ),
    "no reason": (raw(file(opinion(verdict="not_adopted", decided_at=AT))), "shape", 6),
    "no day of decision": (raw(file(opinion(verdict="adopted"))), "shape", 6),
    "a period backwards": (raw(file(consultation={"closes_at": AT})), "shape", 3),
    "the same opinion twice": (raw(file(opinion(), opinion())), "twice", 7),
    "an unknown group": (raw(file(opinion(group="没有"))), "unknown", 6),
    "an unknown version": (raw(file(opinion(version=7))), "unknown", 6),
    "a point of nothing": (raw(file(opinion(part_of="x", part_number=1))), "unknown", 6),
    "a point without number": (raw(file(opinion(part_of="x"))), "shape", 6),
    "another text of a version": (raw(file(version={"title": "改"})), "version_digest", 4),
    "totals": (raw(file(), opinions=7), "totals", 7),
    "a changed byte": (
        [line.replace("支持".encode(), "反对".encode()) for line in raw(file())],
        "digest",
        7,
    ),
    "something behind the end": ([*raw(file()), *raw(file())[:1]], "order", 8),
}


@pytest.mark.parametrize(("lines", "code", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_line(lines, code, line):
    assert refused(lines) == (code, line)


def test_a_line_without_end_is_not_read_into_memory(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", 1000)

    assert refused(lines_of(io.BytesIO(b"x" * 5000))) == ("line_too_long", 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(opinion())), value=JSON)
def test_no_value_breaks_the_reading(name, value):
    try:
        list(read(raw(file(opinion(**{name: value})))))
    except ExchangeUnreadable as refusal:
        assert refusal.code in ("shape", "unknown", "order", "totals", "no_json")


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_no_bytes_break_the_reading(content):
    with pytest.raises(ExchangeUnreadable):
        list(read(lines_of(io.BytesIO(content))))
