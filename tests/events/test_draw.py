"""Lots that anybody can draw again: pure, and from the published file alone."""

import hashlib
import json
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from events.draw import (
    Entry,
    commitment_of,
    digest_of,
    draw_file,
    drawn,
    drawn_order,
    entry_of,
    faults_of,
    new_seed,
)

SEED = "ab" * 32
POT = [Entry(entry_of("session", f"R-{number}"), number % 3 + 1) for number in range(12)]


def test_the_order_is_that_of_the_hashes_of_seed_and_entry():
    by_hand = sorted(
        (hashlib.sha256((SEED + one.entry).encode()).hexdigest(), one.entry) for one in POT
    )

    assert [one.entry for one in drawn_order(SEED, POT)] == [entry for _hash, entry in by_hand]


def test_another_seed_gives_another_order_and_the_same_seed_the_same():
    assert drawn_order(SEED, POT) == drawn_order(SEED, POT[::-1])
    assert drawn_order("cd" * 32, POT) != drawn_order(SEED, POT)
    assert new_seed() != new_seed()


@given(
    st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=15),
    st.integers(0, 30),
    st.text("0123456789abcdef", min_size=8, max_size=8),
)
def test_places_are_given_in_the_order_of_the_lots_and_parties_stay_whole(pot, places, seed):
    entries = [Entry(f"{key:064x}", *told) for key, told in enumerate(pot)]
    order = [one.entry for one in drawn_order(seed, entries)]
    wanted = {one.entry: one for one in entries}

    given_places, waiting = drawn(seed, entries, places)

    assert list(given_places) == order[: len(given_places)]
    assert sum(given_places.values()) <= places
    assert order[len(order) - len(waiting) :] == waiting
    parted = [entry for entry, n in given_places.items() if n < wanted[entry].places]
    assert all(wanted[entry].may_be_parted for entry in parted)
    assert len(parted) <= 1
    assert faults_of(draw_file("s", seed, entries, places)) == []


def test_everybody_has_the_same_chance():
    """A party of one among four for one place: about a quarter of many seeds."""
    pot = [Entry(entry_of("s", str(number)), 1) for number in range(4)]
    won = sum(pot[0].entry in drawn(f"{seed}", pot, 1)[0] for seed in range(2000))

    assert 420 < won < 580


@pytest.fixture
def published():
    return json.loads(json.dumps(draw_file("session", SEED, POT, 9)))


def spoilt(file, **changes):
    return deepcopy(file) | changes


def test_a_published_draw_is_right(published):
    assert faults_of(published) == []
    assert published["commitment"] == commitment_of(SEED)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"seed": "cd" * 32}, "seed"),
        ({"places": 12}, "given"),
        ({"waiting": []}, "waiting"),
        ({"given": {}}, "given"),
        ({"format": "other"}, "unknown"),
        ({"entries": None}, "incomplete"),
        ({"places": "9"}, "incomplete"),
        ({"places": True}, "incomplete"),
    ],
)
def test_a_changed_file_is_found(published, changes, fault):
    assert fault in faults_of(spoilt(published, **changes))


def test_an_entry_more_or_twice_is_found(published):
    one = published["entries"][0]

    assert faults_of(spoilt(published, entries=[*published["entries"], one]))[0] == "twice"
    more = {"entry": entry_of("session", "later"), "places": 1, "may_be_parted": False}
    assert faults_of(spoilt(published, entries=[*published["entries"], more])) != []


@pytest.mark.parametrize("nothing", [None, [], "draw", 5, {}])
def test_what_is_no_draw_is_said_to_be_none(nothing):
    assert faults_of(nothing) == ["unknown"]


def test_the_command_checks_a_file_without_a_database(published, tmp_path):
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(published), "utf-8")
    out = StringIO()

    call_command("verify_draw", str(file), stdout=out)

    assert digest_of(published) in out.getvalue()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "jianyan-draw-1"}'])
def test_the_command_says_what_is_wrong_and_exits_with_one(tmp_path, text):
    file = tmp_path / "draw.json"
    file.write_text(text, "utf-8")

    with pytest.raises(CommandError) as refusal:
        call_command("verify_draw", str(file))

    assert refusal.value.returncode == 1


def test_the_command_finds_a_winner_put_in(published, tmp_path):
    file = tmp_path / "draw.json"
    swapped = spoilt(published, given={published["waiting"][0]: 1}, waiting=published["waiting"])
    file.write_text(json.dumps(swapped), "utf-8")

    with pytest.raises(CommandError) as refusal:
        call_command("verify_draw", str(file))

    assert refusal.value.returncode == 1
