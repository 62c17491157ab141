from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.enums import Kind, SurveyStatus
from surveys.questionnaire import Condition, Question, numbered
from surveys.rules import (
    applicable_answers,
    missing_rows,
    period_is_open,
    shown_questions,
    status_of,
)
from tests.factories import CLOSES, OPENS

MOMENT = timedelta(microseconds=1)


def single(key, condition=None):
    return Question(key, Kind.SINGLE, key, options=numbered(["是", "否"]), condition=condition)


CHAIN = [
    single("a"),
    single("b", Condition("a", ("1",))),
    single("c", Condition("b", ("2",))),
    single("d"),
]


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (OPENS - MOMENT, False),
        (OPENS, True),
        (CLOSES - MOMENT, True),
        (CLOSES, False),
    ],
)
def test_answers_are_taken_from_the_first_moment_to_the_last(at, is_open):
    assert period_is_open(OPENS, CLOSES, at) is is_open


@pytest.mark.parametrize(
    ("at", "has_results", "status"),
    [
        (OPENS - MOMENT, False, SurveyStatus.SCHEDULED),
        (OPENS, False, SurveyStatus.OPEN),
        (CLOSES, False, SurveyStatus.CLOSED),
        (CLOSES, True, SurveyStatus.ANSWERED),
    ],
)
def test_the_state_follows_from_the_clock_and_the_results(at, has_results, status):
    assert status_of(OPENS, CLOSES, has_results, at) == status


def test_a_questionnaire_without_a_period_is_not_open():
    assert period_is_open(None, CLOSES, OPENS) is False
    assert status_of(None, None, has_results=False, at=OPENS) == SurveyStatus.SCHEDULED


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, "ad"),
        ({"a": "1"}, "abd"),
        ({"a": "1", "b": "2"}, "abcd"),
        ({"a": "2", "b": "2"}, "ad"),
    ],
)
def test_a_question_is_shown_by_the_answers_before_it_and_a_hidden_answer_shows_nothing(
    answers, shown
):
    assert "".join(question.key for question in shown_questions(CHAIN, answers)) == shown


def test_a_condition_is_met_by_any_of_several_answers():
    several = Question("a", Kind.MULTIPLE, "a", options=numbered("甲乙丙"))
    then = single("b", Condition("a", ("2", "3")))

    assert shown_questions([several, then], {"a": ["1", "3"]}) == [several, then]
    assert shown_questions([several, then], {"a": ["1"]}) == [several]


@given(st.dictionaries(st.sampled_from("abcdx"), st.sampled_from(["", "1", "2", "9"])))
def test_only_answers_to_shown_questions_are_kept(answers):
    kept = applicable_answers(CHAIN, answers)

    shown = {question.key for question in shown_questions(CHAIN, answers)}
    assert kept == {key: value for key, value in answers.items() if value and key in shown}
    assert applicable_answers(CHAIN, kept) == kept


def test_the_rows_of_a_matrix_without_an_answer_are_named():
    matrix = Question("m", Kind.MATRIX, "m", rows=numbered(["参观", "座谈"]))

    assert missing_rows(matrix, {"1": "2"}) == ["2"]
    assert missing_rows(matrix, None) == ["1", "2"]
