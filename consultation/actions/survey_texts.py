"""People's own words from a questionnaire come to the desk of a consultation (C3, C12)."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from surveys.registry import Receiver, Said, register_receiver

from ..enums import Channel
from ..models import ConsultationPage, Opinion
from .opinions import enter_opinion


@transaction.atomic
def take_survey_texts(place: int, texts: Sequence[Said], *, by, at: datetime) -> int:
    """Enter each text as an opinion that came by questionnaire; how many were new."""
    consultation = ConsultationPage.objects.get(pk=place)
    before = Opinion.objects.filter(consultation=consultation.original).count()
    for said in texts:
        enter_opinion(
            consultation,
            text=said.text,
            channel=Channel.SURVEY,
            received_at=said.received_at,
            entry_key=f"survey-{said.key}",
            by=by,
            at=at,
        )
    return Opinion.objects.filter(consultation=consultation.original).count() - before


def desks() -> list[tuple[int, str]]:
    """The live consultations in the first language, the last to close first."""
    pages = ConsultationPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    return list(pages.order_by("-closes_at").values_list("pk", "draft_name"))


def register() -> None:
    register_receiver(Receiver("consultation", _("Consultation"), desks, take_survey_texts))
