import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.wording.normal import runs
from cms.wording.segmentation import cut, parts
from cms.wording.vocabulary import STOP_WORDS, TOWN_WORDS


def test_a_sentence_is_cut_into_words_without_punctuation():
    assert cut("我想加装电梯!") == ["我", "想", "加装电梯"]


@pytest.mark.parametrize("word", TOWN_WORDS)
def test_every_word_of_the_town_is_one_word(word):
    assert cut(f"关于{word}的通知") == ["关于", word, "的", "通知"]


def test_numbers_and_foreign_words_stay_whole():
    assert cut("15分钟 Lift") == ["15", "分钟", "lift"]


@given(st.text(st.characters()))
def test_nothing_is_lost_in_cutting(text):
    assert "".join(cut(text)) == "".join(runs(text))


def test_a_long_word_has_parts():
    assert parts("列席会议") == ["列席", "会议"]


@pytest.mark.parametrize("word", ["会议", "三个字", "lift2023", ""])
def test_short_and_foreign_words_have_no_parts(word):
    assert parts(word) == []


def test_a_word_is_not_loosened_to_parts_that_leave_a_character_out():
    assert parts("淞南镇府") == []


def test_stop_words_are_no_words_of_the_town():
    assert STOP_WORDS.isdisjoint(TOWN_WORDS)
