"""Pages of a long list by key: the next one costs as much as the first, and none is lost. Pure."""

import base64
import binascii
from datetime import datetime

LAST_KEY = 2**63 - 1  # of any row in either database


class CursorUnknown(Exception):
    """This is no place that a list was left at."""


def cursor_of(at: datetime, key: int) -> str:
    """Where a list was left: at the row with this moment and key.

    >>> from datetime import UTC
    >>> cursor_of(datetime(2026, 8, 3, 1, tzinfo=UTC), 7)
    'MjAyNi0wOC0wM1QwMTowMDowMCswMDowMCA3'
    """
    return base64.urlsafe_b64encode(f"{at.isoformat()} {key}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int]:
    """The moment and the key of a cursor. Raises CursorUnknown for anything else."""
    try:
        padded = text + "=" * (-len(text) % 4)
        moment, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(" ")
        at = datetime.fromisoformat(moment)
    except (ValueError, binascii.Error) as error:
        raise CursorUnknown from error
    if at.tzinfo is None or not (key.isdecimal() and key.isascii()) or len(key) > 19:
        raise CursorUnknown
    if int(key) > LAST_KEY:
        raise CursorUnknown
    return at, int(key)
