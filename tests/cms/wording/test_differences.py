"""What changed between two texts, in words a citizen would mark with a pen."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.wording.differences import ADDED, REMOVED, SAME, paragraph_pairs, word_runs, words

# The first cut reads the dictionary, on a busy machine for longer than hypothesis likes.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        (
            "补贴每台六万元。",
            "补贴每台八万元。",
            [(SAME, "补贴每台"), (REMOVED, "六万元"), (ADDED, "八万元"), (SAME, "。")],
        ),
        (
            "公示期不少于10日。",
            "公示期不少于15日，遇长假顺延。",
            [
                (SAME, "公示期不少于"),
                (REMOVED, "10"),
                (ADDED, "15"),
                (SAME, "日"),
                (ADDED, "，遇长假顺延"),
                (SAME, "。"),
            ],
        ),
        (
            "图纸应当附说明。",
            "图纸应当附一页通俗说明，正文字号不小于四号字。",
            [
                (SAME, "图纸应当附"),
                (ADDED, "一页通俗"),
                (SAME, "说明"),
                (ADDED, "，正文字号不小于四号字"),
                (SAME, "。"),
            ],
        ),
        ("不变", "不变", [(SAME, "不变")]),
        ("", "新写的", [(ADDED, "新写的")]),
        ("删去的", "", [(REMOVED, "删去的")]),
        ("", "", []),
    ],
)
def test_words_are_marked_whole(old, new, runs):
    assert word_runs(old, new) == runs


def test_a_rewritten_sentence_reads_as_one_and_not_as_confetti():
    runs = word_runs("申请人可以向街道提出申请", "业主应当向镇政府提交材料")

    assert [kind for kind, _text in runs] == [REMOVED, ADDED]


@patient
@given(st.text("甲乙丙丁，。12a ", max_size=40), st.text("甲乙丙丁，。12a ", max_size=40))
def test_both_texts_can_be_read_out_of_the_runs(old, new):
    runs = word_runs(old, new)

    assert "".join(text for kind, text in runs if kind != ADDED) == old
    assert "".join(text for kind, text in runs if kind != REMOVED) == new


@patient
@given(st.text(max_size=60))
def test_the_words_of_a_text_are_the_text(text):
    assert "".join(words(text)) == text


@patient
@given(
    st.lists(st.sampled_from(["一条路", "两条路", "三辆车", "四辆车", "补贴"]), max_size=8),
    st.lists(st.sampled_from(["一条路", "两条路", "三辆车", "四辆车", "补贴"]), max_size=8),
)
def test_no_paragraph_is_lost_or_told_twice(old, new):
    pairs = paragraph_pairs(old, new)

    assert [before for before, _after in pairs if before is not None] == old
    assert [after for _before, after in pairs if after is not None] == new


def test_a_paragraph_put_between_two_is_new_and_the_others_stay():
    old = ["申请应当附图纸。", "按照工程造价的百分之四十补贴。"]
    new = ["申请应当附图纸。", "图纸由设计单位盖章。", "按照工程造价的百分之五十补贴。"]

    assert paragraph_pairs(old, new) == [
        (old[0], new[0]),
        (None, new[1]),
        (old[1], new[2]),
    ]


def test_the_longest_text_is_compared_in_bounded_time():
    """A whole law written anew, and one far beyond what an article may hold."""
    old = "".join(chr(0x4E00 + number * 7 % 15000) for number in range(20_000))
    new = "".join(chr(0x4E00 + number * 11 % 15000) for number in range(20_000))
    began = time.monotonic()
    word_runs(old, new)
    word_runs(old * 10, new * 10)

    assert time.monotonic() - began < 10
