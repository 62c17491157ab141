"""What a party is told: one letter for each change of its sign-up."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from cms.letters.actions import UndeliverableAddress, write_letter
from cms.letters.channels import channel_for
from cms.record.actions import record

from .links import manage_path
from .models import Session, SignUp

logger = logging.getLogger(__name__)


def tell(template: str, sign_up: SignUp, *, at: datetime, once: str = "", **facts) -> bool:
    """Writes the letter of a change; False where there is no way to reach the party by letter.

    `once` names a letter that belongs to no change of the sign-up itself (a reminder).
    """
    address = address_of(sign_up)
    channel = channel_for(address)
    if not channel:
        return False
    whole = sign_up.whole
    page = sign_up.activity.in_language(whole.language)
    suffix = "" if channel == "mail" else f"_{channel}"
    try:
        write_letter(
            template=f"events/{template}{suffix}",
            recipient=address,
            language=whole.language,
            context={
                "title": page.title,
                "place": page.place,
                "people": sign_up.party_size,
                "number": whole.receipt.number,
                "session": spoken(sign_up.session, whole.language),
                "manage_url": manage_path(whole),
                **facts,
            },
            cause=template,
            about=sign_up,
            once_key=f"events:{template}:{sign_up.pk}:{once or sign_up.version}",
            at=at,
            channel=channel,
        )
    except UndeliverableAddress:  # as noted down at the counter
        record("events.letter_undeliverable", sign_up, at=at, result="refused")
        return False
    return True


def address_of(sign_up: SignUp) -> str:
    """Where letters to this party go: the e-mail address, else the mobile number, else none."""
    whole = sign_up.whole
    return whole.email or (whole.receipt.contact if whole.receipt_id else "")


def spoken(session: Session, language: str) -> str:
    """A session as a letter names it, in Shanghai time."""
    return spoken_time(session.starts_at, language, until=session.ends_at)


def spoken_time(moment: datetime, language: str, *, until: datetime | None = None) -> str:
    starts = timezone.localtime(moment)
    hours = f"{starts:%H:%M}" + (f"–{timezone.localtime(until):%H:%M}" if until else "")
    with translation.override(language):
        return f"{date_format(starts, 'DATE_FORMAT')} {hours}"


def warn_of_difference(person, sessions: list[str], *, at: datetime) -> None:
    """Tells an official that counters and rows disagree; once a day."""
    try:
        write_letter(
            template="events/places_differ",
            recipient=person.email,
            language=settings.LANGUAGE_CODE,
            context={"sessions": sessions, "day": timezone.localdate(at).isoformat()},
            cause="places_differ",
            about=None,
            once_key=f"events:places_differ:{timezone.localdate(at)}:{person.pk}",
            at=at,
        )
    except UndeliverableAddress:
        logger.warning("places differ: no usable address for user %s", person.pk)
