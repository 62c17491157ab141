"""What may stand in a letter, and when it is tried again (design 4, Letters). Pure functions."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

from django.utils.functional import Promise

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# How long a worker may take over one letter before it is taken for dead.
LEASE = timedelta(minutes=15)
SUBJECT_LENGTH = 200

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_NEW_LINE = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# A dot that a mail program may take for one in a host name; 3.5 and 1.2.3.4 stay as they are.
_LINKING_DOT = re.compile(r"(?<=[^\s\d.．。｡])\.(?=[^\s.])|(?<=\d)\.(?=[^\W\d_])")
_LINKING_WIDE_DOT = re.compile(r"(?<=[A-Za-z0-9-])([．。｡])(?=[A-Za-z])")
# mailto: and tel: as well; 10:30 stays as it is.
_LINKING_COLON = re.compile(r"(?<=[A-Za-z]):(?=\S)|(?<=[0-9+.-]):(?=[^\s\d])")


class NotPlain(TypeError):
    """A letter was given something other than text, numbers, dates, or lists of these."""


def next_try_at(attempts: int, at: datetime) -> datetime | None:
    """When a letter is tried again after its n-th attempt failed at `at`.

    1, 5, 30 minutes, 2 and 12 hours; None after the sixth attempt: it has failed for good.
    """
    return at + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def letter_context(context: dict, *, base_url: str, one_line: bool) -> dict:
    """The context with every text made harmless; refuses with NotPlain.

    A name that ends in `_url` is a link of ours: whatever its value, it leads to this site. All
    other text is a citizen's until proven otherwise. `one_line` is for the subject.
    """
    return {
        name: own_link(str(value), base_url)
        if name.endswith("_url") and value
        else _harmless(value, one_line=one_line)
        for name, value in context.items()
    }


def _harmless(value, *, one_line: bool):
    if isinstance(value, str | Promise):
        text = defanged(str(value))
        return " ".join(text.split()) if one_line else quoted(text)
    if isinstance(value, bool | int | float | Decimal | date | None):
        return value
    if isinstance(value, list | tuple):
        return [_harmless(item, one_line=one_line) for item in value]
    if isinstance(value, dict):
        return {name: _harmless(item, one_line=one_line) for name, item in value.items()}
    raise NotPlain(f"{type(value).__name__} cannot stand in a letter")


def own_link(url: str, base_url: str) -> str:
    """The path of the address, on our own site."""
    parts = urlsplit("".join(url.split()))
    path = "/" + parts.path.lstrip("/")
    return base_url.rstrip("/") + urlunsplit(("", "", path, parts.query, parts.fragment))


def defanged(text: str) -> str:
    """The text with a space where a mail program would otherwise make a link of it.

    `www.evil.cn` becomes `www. evil. cn`, `http://` becomes `http: //`. Control characters and
    those that turn or hide the text around them are gone; line ends are `\\n`.
    """
    text = _UNSEEN.sub("", _NEW_LINE.sub("\n", text))
    text = _LINKING_COLON.sub(": ", text)
    return _LINKING_WIDE_DOT.sub(r"\1 ", _LINKING_DOT.sub(". ", text))


def quoted(text: str) -> str:
    """Every line after the first begins with a quotation mark, as the template begins the first.

    So a long text cannot pass itself off as the rest of the letter, and holds no empty line.
    """
    return text.strip().replace("\n", "\n> ")


def parted(rendered_flat: str, rendered: str) -> tuple[str, str]:
    """Subject and body of a rendered letter: the first line, and all after the first empty line.

    `rendered_flat` has the texts on one line each, so that its first line is the whole subject.
    """
    subject = " ".join(rendered_flat.lstrip().partition("\n")[0].split())[:SUBJECT_LENGTH]
    return subject, rendered.lstrip().partition("\n\n")[2].strip() + "\n"
