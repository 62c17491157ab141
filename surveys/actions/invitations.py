"""One-time links: made for people, and handed to the caller, who sends them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cms.record.actions import record

from ..enums import Access
from ..models import Invitation, SurveyPage
from ..rules import SurveyClosed, token_hash

TOKEN_BYTES = 24  # 192 bits
BATCH = 1000


@dataclass(frozen=True)
class Invited:
    """A person as the caller named them, and their link in clear: never store or log one."""

    person: object
    token: str
    address: str


@transaction.atomic
def invite(
    survey: SurveyPage, people: Sequence, *, at: datetime, by=None, purpose: str = ""
) -> list[Invited]:
    """A link for each of these people, in their order; the caller sends them.

    `people` may hold anything, or nothing but its length: none of it is stored, and the rows
    are written in another order, so nobody can tell later which link was whose. Whoever is
    named twice, or in two calls, gets two links. Refuses with SurveyClosed for a questionnaire
    that is open to everyone or over.
    """
    original = survey.original
    is_over = original.closes_at is None or at >= original.closes_at
    if original.access != Access.INVITED or is_over:
        raise SurveyClosed
    invited = [_invited(survey, person) for person in people]
    hashes = sorted(token_hash(one.token) for one in invited)
    Invitation.objects.bulk_create(
        [
            Invitation(
                survey=original,
                token_hash=hashed,
                purpose=purpose,
                issued_on=timezone.localdate(at),
            )
            for hashed in hashes
        ],
        BATCH,
    )
    record("surveys.invited", original, by=by, at=at, data={"count": len(invited)})
    return invited


def _invited(survey: SurveyPage, person) -> Invited:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with override(survey.locale.language_code):
        path = reverse("surveys:answer_invited", args=[survey.slug, token])
    return Invited(person, token, f"{settings.BASE_URL}{path}")
