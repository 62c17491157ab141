"""The ways a letter leaves the house. `JIANYAN_LETTER_CHANNELS` names the class of each."""

from abc import ABC, abstractmethod
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from .models import Letter

DEFAULT_CHANNELS = {"mail": "cms.letters.channels.MailChannel"}


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


def channel_named(name: str) -> Channel:
    """The channel of this name. Refuses with KeyError where none is set up."""
    paths = getattr(settings, "JIANYAN_LETTER_CHANNELS", DEFAULT_CHANNELS)
    return _made(paths[name])


@lru_cache(maxsize=16)
def _made(path: str) -> Channel:
    return import_string(path)()
