"""The answers to a questionnaire as a file for officers; streamed, in no order of time."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from cms.pages import tables

from .enums import Kind
from .models import Response, SurveyPage
from .questionnaire import Question, asked

CHUNK = 1000
WIDTHS = {"A": 14, "B": 10}


def csv_lines(survey: SurveyPage) -> Iterator[str]:
    """CSV, line by line."""
    questions = questions_of_answers(survey)
    return tables.csv_lines(headings(questions), _rows(survey, questions))


def xlsx_file(survey: SurveyPage) -> IO[bytes]:
    """A workbook on disk, rewound; memory holds a thousand answers at a time."""
    questions = questions_of_answers(survey)
    return tables.xlsx_file(_("Answers"), headings(questions), _rows(survey, questions), WIDTHS)


def questions_of_answers(survey: SurveyPage) -> list[Question]:
    """As they were asked last; all versions have the same questions in the same order."""
    version = survey.last_version()
    return asked(version.parts if version else survey.parts)


def headings(questions: list[Question]) -> list[str]:
    """Day and language, then a column for each question; for a matrix, one for each row."""
    columns = [_("Answered on"), _("Language")]
    for number, question in enumerate(questions, start=1):
        if question.kind == Kind.MATRIX:
            columns += [f"{number}. {question.text} — {row.label}" for row in question.rows]
        else:
            columns.append(f"{number}. {question.text}")
    return columns


def _rows(survey: SurveyPage, questions: list[Question]) -> Iterator[list[str]]:
    responses = survey.responses.order_by("pk").prefetch_related("texts")
    for response in responses.iterator(chunk_size=CHUNK):
        yield _row(response, questions)


def _row(response: Response, questions: list[Question]) -> list[str]:
    texts = {text.question_key: text.text for text in response.texts.all()}
    cells = [response.answered_on.isoformat() if response.answered_on else "", response.language]
    for question in questions:
        cells += _cells(question, response.answers.get(question.key), texts)
    return cells


def _cells(question: Question, answer, texts: dict[str, str]) -> list[str]:
    if question.is_text:
        return [texts.get(question.key, "")]
    if question.kind == Kind.MATRIX:
        given = answer or {}
        return [question.label_of(given.get(row.key, "")) for row in question.rows]
    keys = answer if isinstance(answer, list) else [answer or ""]
    return [_("; ").join(question.label_of(key) for key in keys)]
