from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from cms.record.rules import (
    UnstableData,
    canonical,
    mac,
    next_digest,
    stable_data,
    sweep_is_due,
    window_may_move,
)

NOON = datetime(2023, 9, 1, 4, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_one_moment_has_one_spelling_in_every_time_zone():
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    assert canonical({"at": shanghai}) == canonical({"at": NOON})
    assert canonical({"b": 1, "a": "镇"}) == '{"a":"镇","b":1}'.encode()


def test_two_events_are_never_spelled_alike():
    assert canonical({"a": "1"}) != canonical({"a": 1})
    assert canonical({"a": "b,c"}) != canonical({"a": ["b", "c"]})


def test_data_is_kept_in_types_every_database_gives_back_unchanged():
    uid = UUID(int=1)
    data = {"n": 3, "on": date(2023, 9, 1), "list": (True, None), "uid": uid, "text": "a\x00b"}
    assert stable_data(data) == {
        "n": 3,
        "on": "2023-09-01",
        "list": [True, None],
        "uid": str(uid),
        "text": "ab",
    }


@pytest.mark.parametrize("value", [1.5, object(), {1: 2}, b"x", {"deep": [0.1]}])
def test_data_that_databases_spell_differently_is_refused(value):
    with pytest.raises(UnstableData):
        stable_data(value)


def test_a_mac_depends_on_key_and_facts():
    assert mac(b"k", {"a": 1}) == mac(b"k", {"a": 1})
    assert len({mac(b"k", {"a": 1}), mac(b"l", {"a": 1}), mac(b"k", {"a": 2})}) == 3


def test_a_link_depends_on_its_event_and_on_the_link_before():
    digests = {next_digest("0", {"a": 1}), next_digest("1", {"a": 1}), next_digest("0", {"a": 2})}
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("since_last", "due"),
    [
        (timedelta(hours=24) - TICK, False),
        (timedelta(hours=24), True),
        (timedelta(hours=24) + TICK, True),
        (-timedelta(hours=1), False),
    ],
)
def test_a_full_sweep_is_due_a_day_after_the_last(since_last, due):
    assert sweep_is_due(NOON, NOON + since_last) is due
    assert sweep_is_due(None, NOON) is True


@pytest.mark.parametrize(
    ("since_mark", "may"),
    [
        (timedelta(minutes=10) - TICK, False),
        (timedelta(minutes=10), True),
        (timedelta(minutes=10) + TICK, True),
    ],
)
def test_the_window_moves_ten_minutes_after_its_mark(since_mark, may):
    assert window_may_move(NOON, NOON + since_mark) is may
    assert window_may_move(None, NOON) is True
