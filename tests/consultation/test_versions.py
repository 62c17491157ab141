"""Article by article: an article is known by its key, whatever its number or place (C14)."""

import pytest

from consultation.versions import Fate, Piece, compare, fate_of, version_digest


def article(key, *lines, caption="", number=1):
    return {
        "key": key,
        "number": number,
        "label": f"第{number}条",
        "name": f"第{number}条",
        "caption": caption,
        "chapter": "",
        "lines": list(lines or (f"{key}的正文",)),
    }


def told(changes):
    return [(change.key, change.fate.value, change.moved) for change in changes]


def test_an_article_that_was_not_touched_stays_the_same():
    [change] = compare([article("a")], [article("a")])

    assert (change.fate, change.moved, change.is_change) == (Fate.SAME, False, False)


def test_another_number_alone_is_no_change():
    changes = compare([article("a", number=1)], [article("n", number=1), article("a", number=2)])

    assert told(changes) == [("n", "added", False), ("a", "same", False)]
    assert changes[1].is_renumbered


def test_a_changed_caption_is_a_change():
    [change] = compare([article("a", caption="目的")], [article("a", caption="目的和依据")])

    assert (change.fate, change.is_renamed) == (Fate.CHANGED, True)


def test_a_removed_article_stands_where_it_used_to_stand():
    old = [article("a"), article("b"), article("c")]

    assert told(compare(old, [article("a"), article("c")])) == [
        ("a", "same", False),
        ("b", "removed", False),
        ("c", "same", False),
    ]
    assert told(compare(old, [article("b")])) == [
        ("a", "removed", False),
        ("b", "same", False),
        ("c", "removed", False),
    ]


def test_only_what_has_to_move_counts_as_moved():
    old = [article(key) for key in "abcd"]
    new = [article(key) for key in "dabc"]

    assert told(compare(old, new)) == [
        ("d", "same", True),
        ("a", "same", False),
        ("b", "same", False),
        ("c", "same", False),
    ]


def test_an_article_can_be_moved_and_changed_at_once():
    old = [article("a"), article("b"), article("c")]
    new = [article("b"), article("c"), article("a", "新的正文")]

    assert told(compare(old, new))[-1] == ("a", "changed", True)


def test_a_row_holds_what_stood_before_and_what_stands_after():
    [change] = compare([article("a", "补贴六万元")], [article("a", "补贴八万元", "按年公布")])

    assert change.rows == [
        (
            [Piece(Fate.SAME, "补贴"), Piece(Fate.REMOVED, "六万元")],
            [Piece(Fate.SAME, "补贴"), Piece(Fate.ADDED, "八万元")],
        ),
        (None, [Piece(Fate.ADDED, "按年公布")]),
    ]


@pytest.mark.parametrize(
    ("key", "fate"),
    [("same", Fate.SAME), ("changed", Fate.CHANGED), ("gone", Fate.REMOVED), ("new", Fate.ADDED)],
)
def test_an_opinion_finds_its_article_in_a_later_version(key, fate):
    old = [article("same"), article("changed", "旧"), article("gone")]
    new = [article("new"), article("changed", "新"), article("same", number=3)]

    assert fate_of(key, old, new) == fate


def test_an_article_that_neither_version_has_has_no_fate():
    assert fate_of("x", [article("a")], [article("a")]) is None


def test_the_digest_tells_every_wording_apart():
    digests = {
        version_digest("办法", [article("a")]),
        version_digest("办法", [article("a", "别的")]),
        version_digest("规则", [article("a")]),
        version_digest("办法", [article("b", "a的正文")]),
    }

    assert len(digests) == 4
    assert version_digest("办法", [article("a")]) in digests
