"""The clock passes the opening and the closing of consultations."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from cms.record.actions import record

from ..models import ConsultationMoment, ConsultationPage


def note_moments(at: datetime) -> int:
    """Put each opening and closing that has come on record, once. Returns how many were new.

    Nothing else has to happen: whether a period is open is computed from its two moments.
    """
    # A translation has no period of its own: opinions are collected on the first page.
    pages = ConsultationPage.objects.live().filter(
        opens_at__lte=at, locale__language_code=settings.LANGUAGE_CODE
    )
    return sum(
        _note(page, kind, falls_at)
        for page in pages
        for kind, falls_at in (("opened", page.opens_at), ("closed", page.closes_at))
        if falls_at <= at
    )


@transaction.atomic
def _note(page: ConsultationPage, kind: str, falls_at: datetime) -> bool:
    _moment, is_new = ConsultationMoment.objects.get_or_create(
        consultation=page, kind=kind, falls_at=falls_at
    )
    if is_new:
        record(f"consultation.{kind}", page, at=falls_at)
    return is_new
