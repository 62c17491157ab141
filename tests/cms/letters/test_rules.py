import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from cms.letters.rules import NotPlain, defanged, letter_context, next_try_at, own_link, parted

NOON = datetime(2023, 9, 1, 4, 0, tzinfo=UTC)
BASE = "https://songnan.example.cn"


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        (1, timedelta(minutes=1)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=12)),
    ],
)
def test_a_letter_is_tried_again_after_longer_and_longer_waits(attempts, wait):
    assert next_try_at(attempts, NOON) == NOON + wait


@pytest.mark.parametrize("attempts", [6, 7, 100])
def test_after_the_sixth_attempt_a_letter_has_failed(attempts):
    assert next_try_at(attempts, NOON) is None


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("http://evil.cn/x", "http: //evil. cn/x"),
        ("请看www.evil.cn。", "请看www. evil. cn。"),
        ("www.123.com", "www. 123. com"),
        ("mailto:a@evil.cn tel:13812345678", "mailto: a@evil. cn tel: 13812345678"),
        ("javascript:alert(1)", "javascript: alert(1)"),
        ("evil。com evil．com evil｡com", "evil。 com evil． com evil｡ com"),
        ("first.Second", "first. Second"),
        ("e\u200bvil\u202e.cn", "evil. cn"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00b\x07", "ab"),
    ],
)
def test_a_citizens_text_never_becomes_a_link(text, harmless):
    assert defanged(text) == harmless


@pytest.mark.parametrize(
    "text",
    ["3.5层，共1.200.000元", "10:30开会：好。", "一共3.14", "Yes. No.", "等等...", "A/B <b>&amp;"],
)
def test_ordinary_text_stays_as_it_is(text):
    assert defanged(text) == text


@given(
    st.text(alphabet="ab1.:/。．@-\u200b \n", max_size=30)
    | st.from_regex(r"(https?|ftp)://[a-z.]{3,12}", fullmatch=True)
)
def test_nothing_left_looks_like_an_address(text):
    assert not re.search(r"[a-z]+://|[a-z]\.[a-z]|mailto:\S", defanged(text))


def test_a_link_of_ours_always_leads_to_our_site():
    assert own_link("/receipts/?n=1#x", BASE) == f"{BASE}/receipts/?n=1#x"
    assert own_link("http://localhost/en/", BASE) == f"{BASE}/en/"
    assert own_link("https://evil.cn/x", BASE) == f"{BASE}/x"
    assert own_link("//evil.cn//x", BASE) == f"{BASE}/x"
    assert own_link("/a\r\nBcc: x@y.cn", BASE) == f"{BASE}/aBcc:x@y.cn"
    assert own_link("javascript:alert(1)", BASE) == f"{BASE}/alert(1)"


def test_texts_are_made_harmless_however_deep_they_lie():
    context = {
        "text": "a.cn\nb",
        "many": [{"text": "c.cn"}, ("d.cn",)],
        "lazy": gettext_lazy("e.cn"),
        "n": Decimal("1.5"),
        "none": None,
        "page_url": "/x.y/",
        "empty_url": "",
    }
    assert letter_context(context, base_url=BASE, one_line=False) == {
        "text": "a. cn\n> b",
        "many": [{"text": "c. cn"}, ["d. cn"]],
        "lazy": "e. cn",
        "n": Decimal("1.5"),
        "none": None,
        "page_url": f"{BASE}/x.y/",
        "empty_url": "",
    }
    assert letter_context({"text": "a\n b"}, base_url=BASE, one_line=True) == {"text": "a b"}


@pytest.mark.parametrize("value", [object(), {"x": object()}, [b"x"]])
def test_only_plain_values_stand_in_a_letter(value):
    with pytest.raises(NotPlain):
        letter_context({"value": value}, base_url=BASE, one_line=False)


def test_subject_and_body_are_parted_at_the_first_empty_line():
    assert parted("S\n\nflat", "S\n\nfull\n\nmore\n\n") == ("S", "full\n\nmore\n")
    assert parted("\n S  s \n\nx", "\nS\n> s\n\nfull") == ("S s", "full\n")
    assert len(parted("S" * 500, "")[0]) == 200
