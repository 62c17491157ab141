"""When a questionnaire takes answers, which questions apply, and what an answer must be.

Pure: questions, answers and moments in; no database, no request. `Answers` maps the key of a
question to its answer: the key of an option (single, scale), keys of options (multiple), the key
of a row to the key of a column (matrix), or text.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from .enums import SurveyStatus
from .questionnaire import Question

Answer = str | list[str] | dict[str, str]
Answers = Mapping[str, Answer]

LONGEST_SHORT_TEXT = 200
LONGEST_LONG_TEXT = 5000


class SurveyClosed(Exception):
    """Answers are not taken at this moment."""


class InvitationUnknown(Exception):
    """No link of this questionnaire; or the questionnaire is open to everyone."""


class InvitationUsed(Exception):
    """The link has served once. `used_on` is the day."""

    def __init__(self, used_on):
        super().__init__(f"used on {used_on}")
        self.used_on = used_on


class SurveyStillOpen(Exception):
    """Results are made from all answers, so not before the last moment."""


def period_is_open(opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> bool:
    """From the first moment up to, and without, the moment of closing."""
    return bool(opens_at and closes_at) and opens_at <= at < closes_at


def status_of(
    opens_at: datetime | None, closes_at: datetime | None, has_results: bool, at: datetime
) -> SurveyStatus:
    if has_results:
        return SurveyStatus.ANSWERED
    if opens_at is None or at < opens_at:
        return SurveyStatus.SCHEDULED
    return SurveyStatus.OPEN if period_is_open(opens_at, closes_at, at) else SurveyStatus.CLOSED


def shown_questions(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """The questions that apply, given the answers before them (conditions point backwards only).

    An answer to a question that does not apply counts as not given.
    """
    shown, given = [], {}
    for question in questions:
        condition = question.condition
        if condition is not None and not condition.is_met_by(given.get(condition.question, ())):
            continue
        shown.append(question)
        given[question.key] = chosen(answers.get(question.key))
    return shown


def applicable_answers(questions: Iterable[Question], answers: Answers) -> dict[str, Answer]:
    """Only answers to questions that apply; empty ones are left out."""
    shown = {question.key for question in shown_questions(questions, answers)}
    return {key: answer for key, answer in answers.items() if key in shown and answer}


def chosen(answer: Answer | None) -> frozenset[str]:
    """The options chosen by an answer; of a matrix or a text, none."""
    if isinstance(answer, str):
        return frozenset([answer] if answer else ())
    return frozenset(answer) if isinstance(answer, list) else frozenset()


def token_hash(token: str) -> str:
    """What is stored of a one-time link. It is random throughout: one round of SHA-256 will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def missing_rows(question: Question, answer: Answer | None) -> list[str]:
    """The keys of the rows of a matrix that have no answer."""
    given = answer if isinstance(answer, dict) else {}
    return [row.key for row in question.rows if not given.get(row.key)]
