import uuid
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from cms.accounts.masking import mask_email, mask_phone
from cms.record.actions import record

from .delivery import deliver_due
from .enums import OPEN_STATES, LetterState
from .jobs import deliver_letters
from .models import Letter
from .rules import letter_context, parted

__all__ = [
    "LetterCannotBeSentAgain",
    "UndeliverableAddress",
    "deliver_due",
    "forget_letters_about",
    "forget_letters_before",
    "render_letter",
    "resend_letter",
    "write_letter",
]


class UndeliverableAddress(ValueError):
    """The recipient is no address a letter can be sent to."""


class LetterCannotBeSentAgain(Exception):
    """Only a letter that failed, and whose address is still known, can be sent again."""


@transaction.atomic
def write_letter(
    *,
    template: str,
    recipient: str,
    language: str,
    context: dict,
    cause: str,
    about: models.Model | None,
    once_key: str,
    at: datetime,
    channel: str = "mail",
) -> Letter:
    """Writes one letter, in the transaction of what causes it; it leaves after the commit.

    Text comes from `letters/<template>.<language>.txt`: the subject on the first line, an empty
    line, the body. The same `once_key` gives the same letter and no second one. Refuses with
    UndeliverableAddress, and with NotPlain for a context that is more than text and numbers.
    """
    recipient = recipient.strip()
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    _check_address(recipient, channel)
    subject, body = render_letter(template, language, context)
    letter = Letter(
        message_id=f"<{uuid.uuid4()}@{_own_domain()}>",
        once_key=once_key,
        channel=channel,
        recipient=recipient,
        recipient_masked=mask_email(recipient) if "@" in recipient else mask_phone(recipient),
        subject=subject,
        body=body,
        language=language,
        cause=cause,
        about_type=about._meta.label_lower if about is not None else "",
        about_id=str(about.pk) if about is not None else "",
        created_at=at,
        next_try_at=at,
    )
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        return Letter.objects.get(once_key=once_key)
    _deliver_soon()
    return letter


def _deliver_soon() -> None:
    # Where the queue is out of reach, the letter still leaves with the next `run_due`.
    transaction.on_commit(deliver_letters.enqueue, robust=True)


def render_letter(template: str, language: str, context: dict) -> tuple[str, str]:
    """Subject and body, in a language of the site."""
    with translation.override(language):
        source = get_template(f"letters/{template}.{language}.txt").template
        flat, full = (
            source.render(
                Context(
                    letter_context(context, base_url=settings.BASE_URL, one_line=one_line),
                    autoescape=False,
                )
            )
            for one_line in (True, False)
        )
    return parted(flat, full)


def _check_address(recipient: str, channel: str) -> None:
    if channel == "mail":
        try:
            validate_email(recipient)
        except ValidationError as error:
            raise UndeliverableAddress("This is no e-mail address.") from error
    elif not recipient or any(ord(character) < 32 for character in recipient):
        raise UndeliverableAddress("This is no address.")


def _own_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


@transaction.atomic
def resend_letter(letter: Letter, *, by, at: datetime) -> Letter:
    """Sends a failed letter again, under its old number; refuses with LetterCannotBeSentAgain."""
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state != LetterState.FAILED or not letter.recipient:
        raise LetterCannotBeSentAgain(letter.pk)
    letter.state, letter.attempts, letter.next_try_at = LetterState.QUEUED, 0, at
    letter.save(update_fields=["state", "attempts", "next_try_at"])
    record("letters.letter_resent", letter, by=by, at=at)
    _deliver_soon()
    return letter


def forget_letters_about(about: models.Model, *, at: datetime) -> int:
    """Deletes address and text of every letter about this, and cancels those still waiting."""
    letters = Letter.objects.filter(about_type=about._meta.label_lower, about_id=str(about.pk))
    return _forget(letters, at)


def forget_letters_before(moment: datetime, *, at: datetime) -> int:
    """Deletes address and text of every letter written before the moment."""
    return _forget(Letter.objects.filter(created_at__lt=moment), at)


@transaction.atomic
def _forget(letters: models.QuerySet, at: datetime) -> int:
    letters = letters.exclude(recipient_masked="")
    letters.filter(state__in=OPEN_STATES).update(state=LetterState.CANCELLED, next_try_at=None)
    count = letters.update(recipient="", body="", recipient_masked="", subject="")
    if count:
        record("letters.letters_forgotten", None, at=at, data={"count": count})
    return count
