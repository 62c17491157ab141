"""Somebody answers a questionnaire: once for each form, kept apart from who it was."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cms.intake.actions import note_arrival
from cms.intake.enums import Proof
from cms.intake.keys import SubmissionKey
from cms.intake.models import Arrival
from cms.record.actions import record

from ..enums import Access
from ..models import Invitation, QuestionnaireVersion, Response, SurveyPage, TextAnswer
from ..queries import find_invitation
from ..questionnaire import Question, as_data, digest
from ..rules import (
    Answers,
    InvitationUnknown,
    InvitationUsed,
    SurveyClosed,
    applicable_answers,
)

KIND = "survey"
PURGE_BATCH = 500


@dataclass(frozen=True)
class Submitted:
    """How answers arrived: the form's key, its proof, the language, and from where."""

    key: SubmissionKey
    proof: Proof
    language: str
    network_address: str


@transaction.atomic
def answer_survey(
    survey: SurveyPage, answers: Answers, *, submitted: Submitted, at: datetime, token: str = ""
) -> bool:
    """Take one person's answers; False when this very form was counted before.

    `at` is the moment the request arrived. Answers to questions that do not apply are left out.
    With a one-time link, the link is used up in the same transaction; the two rows have nothing
    in common. Refuses with SurveyClosed, InvitationUnknown, InvitationUsed, TooManySubmissions.
    """
    original = survey.original
    if Arrival.objects.filter(submission_key=submitted.key.value).exists():
        return False
    if not survey.takes_answers(at):
        raise SurveyClosed
    is_new = note_arrival(
        kind=KIND,
        key=submitted.key,
        proof=submitted.proof,
        network_address=submitted.network_address,
        at=at,
    )
    if not is_new:
        return False
    is_invited = original.access == Access.INVITED
    if is_invited:
        _use_up(original, token, at)
    _keep(original, answers, submitted.language, None if is_invited else timezone.localdate(at))
    record("surveys.answered", original, by="citizen", at=at)
    return True


def _use_up(survey: SurveyPage, token: str, at: datetime) -> None:
    """The second of two who hold the same link waits, and then finds it used."""
    found = find_invitation(survey, token)
    if found is None:
        raise InvitationUnknown
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.used_on is not None:
        raise InvitationUsed(invitation.used_on)
    invitation.used_on = timezone.localdate(at)
    invitation.save(update_fields=["used_on"])


def _keep(survey: SurveyPage, answers: Answers, language: str, day) -> None:
    parts = survey.parts
    given = applicable_answers(parts, answers)
    texts = {part.key for part in parts if part.is_text}
    response = Response.objects.create(
        survey=survey,
        version=_version(survey, parts, day),
        language=language,
        answered_on=day,
        answers={key: answer for key, answer in given.items() if key not in texts},
    )
    TextAnswer.objects.bulk_create(
        TextAnswer(response=response, question_key=key, text=given[key])
        for key in sorted(texts & set(given))
    )


def _version(survey: SurveyPage, parts: list[Question], day) -> QuestionnaireVersion:
    """The wording as it stands, kept when it is answered for the first time."""
    version, _new = QuestionnaireVersion.objects.get_or_create(
        survey=survey,
        sha256=digest(parts),
        defaults={
            "questions": as_data(parts),
            "note": survey.rewording_note,
            "answered_from": day or timezone.localdate(),
        },
    )
    return version


def purge_texts(at: datetime) -> dict[str, int]:
    """Delete people's own words whose days are over, in batches that each stand alone (I9)."""
    with_texts = SurveyPage.objects.filter(
        pk__in=TextAnswer.objects.order_by().values("response__survey")
    )
    today = timezone.localdate(at)
    due = [survey for survey in with_texts if survey.texts_deleted_on <= today]
    return {"survey_texts": sum(_purge_texts_of(survey, at) for survey in due)}


def _purge_texts_of(survey: SurveyPage, at: datetime) -> int:
    texts = TextAnswer.objects.filter(response__survey=survey)
    deleted = 0
    while batch := list(texts.values_list("pk", flat=True)[:PURGE_BATCH]):
        with transaction.atomic():
            count, _by_model = TextAnswer.objects.filter(pk__in=batch).delete()
            record("surveys.texts_purged", survey, at=at, data={"count": count})
        deleted += count
    return deleted
