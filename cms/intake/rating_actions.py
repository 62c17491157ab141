"""好差评: an answer is rated by who got it, and a low grade is followed by a call (E2)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cms.duties.actions import cancel_duty, meet_duty, open_duty
from cms.duties.enums import OPEN
from cms.duties.queries import duty_of
from cms.record.actions import record

from .duties import CALL_BACK
from .enums import LOW_GRADES, Grade
from .keys import SubmissionKey
from .lookups import Answer, answer_to
from .models import Receipt, ServiceRating
from .rules import RatedSince, RatingClosed, ReasonMissing, last_day_to_rate

KEY_PRECISION = timedelta(seconds=1)


@transaction.atomic
def rate_answer(
    receipt: Receipt,
    *,
    grade: Grade,
    reasons: Sequence[str] = (),
    comment: str = "",
    key: SubmissionKey,
    at: datetime,
) -> ServiceRating:
    """One rating for a receipt; until its last day a second one replaces the first.

    The same key counts once. Refuses with RatingClosed, and with RatedSince when the rating was
    changed after the form of this key was put out. A low grade opens the duty to call back;
    a grade that is raised before the call cancels it.
    """
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    answer = answer_to(receipt)
    if answer is None or timezone.localdate(at) > last_day_to_rate(answer.answered_on):
        raise RatingClosed
    rating = ServiceRating.objects.filter(receipt=receipt).first()
    if rating is not None and rating.submission_key == key.value:
        return rating
    if rating is not None and key.issued_at + KEY_PRECISION <= rating.changed_at:
        raise RatedSince
    rating = rating or ServiceRating(receipt=receipt, rated_at=at)
    rating.department, rating.subject = answer.department, answer.subject
    rating.title, rating.grade = answer.title, grade
    rating.reasons, rating.comment = list(reasons), comment.strip()
    rating.submission_key, rating.changed_at = key.value, at
    rating.words_deleted_at = None
    rating.save()
    record("intake.answer_rated", rating, by="citizen", at=at, result=grade)
    _follow(rating, answer, at)
    return rating


def _follow(rating: ServiceRating, answer: Answer, at: datetime) -> None:
    today = timezone.localdate(at)
    if rating.grade in LOW_GRADES:
        open_duty(
            CALL_BACK,
            rating,
            department=answer.department,
            title=answer.title,
            started_on=_first_low_day(rating, today),
            by="citizen",
            at=at,
        )
        return
    duty = duty_of(rating, CALL_BACK)
    if duty is not None and duty.state in OPEN:
        cancel_duty(rating, CALL_BACK, on=today, by="citizen", at=at)


def _first_low_day(rating: ServiceRating, today: date) -> date:
    """Low and still low: the clock that runs goes on from where it began."""
    duty = duty_of(rating, CALL_BACK)
    return duty.started_on if duty is not None and duty.state in OPEN else today


@transaction.atomic
def note_call_back(
    rating: ServiceRating, *, note: str, by, at: datetime, lateness_reason: str = ""
) -> ServiceRating:
    """The officer called, and says what came of it: the duty is met.

    Refuses with ReasonMissing for an empty note, LatenessNeedsReason after the due day, and
    NoSuchDuty or DutyClosed where no call is owed.
    """
    if not note.strip():
        raise ReasonMissing
    rating = ServiceRating.objects.select_for_update().get(pk=rating.pk)
    meet_duty(
        rating,
        CALL_BACK,
        on=timezone.localdate(at),
        reason=lateness_reason,
        by=by,
        at=at,
    )
    rating.call_back_note = note.strip()
    rating.called_back_at, rating.called_back_by = at, by
    rating.save(update_fields=["call_back_note", "called_back_at", "called_back_by"])
    record("intake.called_back", rating, by=by, at=at)
    return rating
