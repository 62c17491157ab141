"""People's own words go to where they are answered."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from cms.record.actions import record

from ..models import SurveyPage, TextAnswer
from ..registry import Receiver, Said


@transaction.atomic
def send_texts(
    survey: SurveyPage, question_key: str, *, receiver: Receiver, place: int, by, at: datetime
) -> int:
    """Send the texts of one question to a desk, those that were not sent before; how many.

    Each text goes once: the second of two officers who press at once finds none left.
    """
    survey = SurveyPage.objects.select_for_update(of=("self",)).get(pk=survey.original.pk)
    texts = TextAnswer.objects.filter(
        response__survey=survey, question_key=question_key, sent_on__isnull=True
    )
    waiting = list(texts.select_related("response").order_by("pk"))
    if not waiting:
        return 0
    taken = receiver.take(place, [_said(text, survey) for text in waiting], by=by, at=at)
    texts.update(sent_on=timezone.localdate(at))
    record(
        "surveys.texts_sent",
        survey,
        by=by,
        at=at,
        data={"count": taken, "to": receiver.name, "place": place},
    )
    return taken


def _said(text: TextAnswer, survey: SurveyPage) -> Said:
    day = text.response.answered_on
    received = (
        timezone.make_aware(datetime.combine(day, time.min))
        if day
        else survey.closes_at - timedelta(microseconds=1)
    )
    return Said(
        key=str(text.pk),
        text=text.text,
        language=text.response.language,
        received_at=max(received, survey.opens_at),
    )
