"""Grouping: the same for any order, every text once, stoppable, resumable (rulebook 2.3)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.wording.grouping import GroupingStopped, group_texts

from .messages import ALL, BUS, ELEVATOR, MIXER, together

LETTER = (
    "各位领导，我们反对在幸福河边建变电站。这里离学校不到一百米，离居民楼不到五十米，环评公示没有贴在楼道里，"
    "大多数人根本不知道。请重新选址，重新听取居民的意见，把辐射的检测结果公布出来。"
)
ODD = ["", " ", "\x00", "好", "👍👍👍", "。。。", "\ud800", "a", "\u200b\u200b", "㎡", "1"]


def rows_of(found):
    return sorted(row for group in found.groups for row in group.members) + found.ungrouped


def test_texts_on_one_matter_are_one_group_and_texts_on_none_are_in_none():
    assert together(group_texts(ALL), ALL) == {
        frozenset(ELEVATOR),
        frozenset(MIXER),
        frozenset(BUS),
    }


def test_every_row_is_named_once():
    found = group_texts(ALL + ODD)

    assert sorted(rows_of(found)) == list(range(len(ALL + ODD)))


def test_the_same_texts_give_the_same_answer():
    assert group_texts(ALL) == group_texts(list(ALL))


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(ALL))))
def test_the_order_of_the_texts_changes_no_group(order):
    texts = [ALL[row] for row in order]
    found, first = group_texts(texts), group_texts(ALL)

    assert together(found, texts) == together(first, ALL)
    named = {(group.label, *group.phrases) for group in found.groups}
    assert named == {(group.label, *group.phrases) for group in first.groups}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(ALL)), max_size=30), st.randoms())
def test_any_texts_at_all_are_grouped_without_regard_to_order(texts, random_order):
    found = group_texts(texts)
    assert sorted(rows_of(found)) == list(range(len(texts)))

    order = list(range(len(texts)))
    random_order.shuffle(order)
    again = group_texts([texts[row] for row in order])

    assert {frozenset(order[row] for row in group.members) for group in again.groups} == {
        frozenset(group.members) for group in found.groups
    }


def test_traditional_and_simplified_mean_the_same():
    found = group_texts(ALL)

    [group] = [group for group in found.groups if 0 in group.members]
    assert 4 in group.members
    assert "加装电梯" in "".join(group.phrases)


def test_identical_texts_of_different_people_all_count():
    texts = ["同意方案二", *ALL, "同意方案二", "同意，方案二！"]
    found = group_texts(texts)

    last = len(texts) - 1
    assert [0, last - 1, last] in found.copies
    assert [group.members for group in found.groups if 0 in group.members] == [[0, last - 1, last]]


def test_two_of_a_kind_are_no_group_of_three():
    found = group_texts(["同意方案二", "同意方案二", *ALL])

    assert {0, 1} <= set(found.ungrouped)
    assert [0, 1] in found.copies


def test_a_letter_with_a_name_or_a_sentence_changed_is_found_as_a_copy():
    letters = [
        LETTER,
        LETTER.replace("各位领导", "尊敬的镇长"),
        LETTER + "3号楼王女士。",
        LETTER.replace("大多数人根本不知道。", "我家也是昨天才听说。"),
    ]
    texts = [*ALL, *letters]
    found = group_texts(texts)

    rows = list(range(len(ALL), len(texts)))
    assert found.copies == [rows]
    [group] = [group for group in found.groups if rows[0] in group.members]
    assert (group.members, group.copies) == (rows, [rows])


def test_a_campaign_of_hundreds_is_one_class():
    letters = [f"{LETTER}签名：{chr(0x4E00 + 7 * number)}{number}" for number in range(300)]

    assert group_texts([*ALL, *letters]).copies == [list(range(len(ALL), len(ALL) + 300))]


def test_short_texts_with_another_matter_are_no_copies():
    found = group_texts(["希望小区增加停车位", "希望小区增加充电桩", *ALL])

    assert found.copies == []


@pytest.mark.parametrize("texts", [[], [""], ["好"], ODD, ["\x00" * 5], ["a" * 100_000]])
def test_odd_input_is_no_trouble(texts):
    assert sorted(rows_of(group_texts(texts))) == list(range(len(texts)))


def test_a_text_of_a_hundred_thousand_characters_is_one_text_among_others():
    texts = ["".join(chr(0x4E00 + place * place % 20_011) for place in range(100_000)), *ALL]

    assert together(group_texts(texts), texts) == together(group_texts(ALL), ALL)


def test_progress_is_shown_stage_by_stage_and_comes_to_its_end():
    seen = []
    group_texts(ALL, progress=lambda *step: seen.append(step))

    stages = list(dict.fromkeys(stage for stage, _, _ in seen))
    expected = ["reading", "comparing", "weighing", "neighbours", "gathering", "refining"]
    assert [stage for stage in stages if stage != "copies"] == [*expected, "naming"]
    assert all(0 <= done <= total for _, done, total in seen)


def test_it_stops_when_told_to():
    asked = []

    def should_stop():
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(GroupingStopped):
        group_texts(ALL, should_stop=should_stop)
    assert len(asked) == 4


def test_a_run_goes_on_where_it_was_stopped(tmp_path):
    def stop_at(name):
        def progress(stage, done, total):
            if stage == name:
                raise GroupingStopped

        return progress

    with pytest.raises(GroupingStopped):
        group_texts(ALL, progress=stop_at("gathering"), workdir=tmp_path)
    seen = []
    found = group_texts(ALL, progress=lambda *step: seen.append(step[0]), workdir=tmp_path)

    assert found == group_texts(ALL)
    assert {"reading", "comparing", "weighing", "neighbours"}.isdisjoint(seen)


def test_what_another_run_has_left_is_not_taken_for_ones_own(tmp_path):
    group_texts(ALL, workdir=tmp_path)

    assert group_texts(ALL[:10], workdir=tmp_path) == group_texts(ALL[:10])
    assert group_texts(ALL, least=5, workdir=tmp_path) == group_texts(ALL, least=5)


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    expected = group_texts(ALL, workdir=tmp_path)
    files = sorted(tmp_path.rglob("*.npz"))
    assert {file.stem for file in files} == {"classes", "matrix", "neighbours-0", "sets"}
    for file in files:
        file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)

    assert group_texts(ALL, workdir=tmp_path) == expected


def test_least_is_the_number_of_texts_in_a_group():
    assert together(group_texts(ALL, least=5), ALL) == {frozenset(ELEVATOR), frozenset(MIXER)}
