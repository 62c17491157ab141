import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.wording.synonyms import Synonyms
from cms.wording.terms import (
    Term,
    index_tokens,
    literal,
    query_words,
    question,
    variants,
)

LIFTS = Synonyms([("加梯", "加装电梯")])


def test_a_run_is_indexed_as_its_pairs_and_its_last_character():
    assert index_tokens("加装电梯 2023") == ["加装", "装电", "电梯", "梯", "2023"]


def test_a_single_character_is_indexed_once():
    assert index_tokens("梯") == ["梯"]


def test_an_endless_word_is_indexed_by_its_first_64_characters():
    assert index_tokens("x" * 65) == ["x" * 64]


def test_a_question_is_reduced_to_what_is_asked():
    assert query_words("怎么申请加装电梯?") == ["申请", "加装电梯"]


def test_a_question_of_stop_words_only_is_taken_as_it_is():
    assert query_words("我们的") == ["我们的"]


def test_single_characters_the_dictionary_leaves_over_are_joined():
    assert query_words("长逸路") == ["长逸路"]


def test_a_stop_word_between_them_keeps_words_apart():
    assert query_words("梯的费") == ["梯", "费"]


def test_a_known_word_is_kept_apart_from_leftovers():
    assert query_words("加梯办", LIFTS) == ["加梯", "办"]


def test_a_word_asked_twice_is_looked_for_once():
    assert query_words("电梯 电梯") == ["电梯"]


@pytest.mark.parametrize("length", [254, 255, 256, 257, 258])
def test_a_question_is_read_to_its_255th_character(length):
    asked = " " * (length - 2) + "电梯"
    assert "".join(query_words(asked)) == "电梯"[: max(0, 255 - (length - 2))]


def test_a_word_has_its_synonyms_and_its_parts_as_variants():
    assert variants("加装电梯", LIFTS) == ["加梯", "加装 电梯"]


def test_each_word_of_a_question_comes_with_its_ways_of_saying_it():
    assert question("加梯公示", LIFTS) == [
        ((Term(("加梯",)),), (Term(("加装", "装电", "电梯")),)),
        ((Term(("公示",)),),),
    ]


def test_a_single_character_may_begin_a_longer_word():
    assert question("梯") == [((Term(("梯",), open_ended=True),),)]


def test_only_the_last_word_of_an_unfinished_question_is_open_ended():
    assert question("lift notic", unfinished=True) == [
        ((Term(("lift",)),),),
        ((Term(("notic",), open_ended=True),),),
    ]


def test_a_question_in_quotation_marks_is_looked_for_as_it_is():
    assert literal("怎么加梯 2023") == [
        ((Term(("怎么", "么加", "加梯")),),),
        ((Term(("2023",)),),),
    ]


@given(st.text(st.characters()), st.booleans())
def test_any_text_is_a_question_and_every_way_of_it_has_tokens(text, unfinished):
    for word in (*question(text, LIFTS, unfinished=unfinished), *literal(text)):
        assert word
        assert all(way and all(term.tokens for term in way) for way in word)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1), st.data())
def test_whatever_words_a_part_of_a_text_is_cut_into_their_tokens_are_in_the_index(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    asked = text[start : start + data.draw(st.integers(1, 8))]
    indexed = index_tokens(text)
    for typed, *_ in question(asked, LIFTS):
        for term in typed:
            *whole, last = term.tokens
            assert set(whole) <= set(indexed)
            assert any(
                token.startswith(last) if term.open_ended else token == last for token in indexed
            )
