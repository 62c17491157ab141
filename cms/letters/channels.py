"""The ways a letter leaves the house. `JIANYAN_LETTER_CHANNELS` names the class of each."""

import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from functools import lru_cache
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from .models import Letter


class Channel(ABC):
    """Hands a letter on, or raises: any exception means that it has to be tried again.

    The same letter may be handed on twice, always with the same message number.
    """

    @abstractmethod
    def send(self, letter: Letter) -> None: ...


class MailChannel(Channel):
    def send(self, letter: Letter) -> None:
        EmailMessage(
            subject=letter.subject,
            body=letter.body,
            to=[letter.recipient],
            headers={
                "Message-ID": letter.message_id,
                "Auto-Submitted": "auto-generated",
                "Content-Language": letter.language,
            },
        ).send()


class WebhookChannel(Channel):
    """Posts a text message as JSON to the gateway that the town's operator has set up.

    The body is {"id", "to", "text"}; the header X-Signature is the HMAC-SHA256 of the body under
    JIANYAN_SMS_SECRET, in hex. Any answer but 2xx is tried again. There is no standard for such
    gateways: a few lines between this and the provider's own interface are the operator's.
    """

    def send(self, letter: Letter) -> None:
        body = json.dumps(
            {"id": letter.message_id, "to": letter.recipient, "text": letter.body.strip()},
            ensure_ascii=False,
        ).encode()
        secret = settings.JIANYAN_SMS_SECRET.encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": hmac.new(secret, body, hashlib.sha256).hexdigest(),
        }
        request = Request(settings.JIANYAN_SMS_URL, body, headers)  # noqa: S310 (operator's own)
        with urlopen(request, timeout=settings.EMAIL_TIMEOUT):  # noqa: S310
            pass


class MemoryChannel(Channel):
    """Keeps what it is given, and fails as often as it is told to."""

    def __init__(self):
        self.sent: list[Letter] = []
        self.failures = 0

    def send(self, letter: Letter) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no connection")
        self.sent.append(letter)


def channel_for(contact: str) -> str:
    """The channel by which this contact can be reached, or "" for none."""
    if "@" in contact:
        return "mail"
    return "sms" if contact and "sms" in settings.JIANYAN_LETTER_CHANNELS else ""


def channel_named(name: str) -> Channel:
    """The channel of this name. Refuses with KeyError where none is set up."""
    return _made(settings.JIANYAN_LETTER_CHANNELS[name])


@lru_cache(maxsize=16)
def _made(path: str) -> Channel:
    return import_string(path)()
