from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.api.keyset import CursorUnknown, cursor_of, read_cursor

AT = datetime(2026, 8, 3, 1, tzinfo=UTC)


def test_a_cursor_leads_back_to_its_row():
    assert read_cursor(cursor_of(AT, 7)) == (AT, 7)


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "é",
        "====",
        "AAAA",
        cursor_of(AT, 7) + "x",
        cursor_of(AT, -7),
        cursor_of(AT, 2**63),
        cursor_of(AT, 10**100),
        "\x00",
        " ",
    ],
)
def test_anything_else_is_no_cursor(text):
    with pytest.raises(CursorUnknown):
        read_cursor(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text):
    try:
        at, key = read_cursor(text)
    except CursorUnknown:
        return
    assert at.tzinfo is not None and key >= 0
