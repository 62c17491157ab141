"""How the record proves itself (rulebook S2, 安全审计: protect the audit record)."""

import hashlib
import hmac
import json
import uuid
from datetime import UTC, date, datetime, timedelta

FIRST_DIGEST = "0" * 64  # what the first link of the chain follows
SWEEP_EVERY = timedelta(hours=24)
SETTLES_AFTER = timedelta(minutes=10)


class UnstableData(TypeError):
    """Data of an event that would not read back from every database as it was written."""


def canonical(facts: dict) -> bytes:
    """One spelling of an event's facts, the same on every database and machine.

    `facts`: names → text, whole number, boolean, None, aware datetime, UUID, or lists and
    dictionaries of these.
    """
    return json.dumps(
        facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_spelled
    ).encode("utf-8", "surrogatepass")


def _spelled(value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, uuid.UUID):
        return str(value)
    raise UnstableData(f"{type(value).__name__} has no one spelling")


def stable_data(value):
    """The same data in types that JSON gives back unchanged; refuses with UnstableData.

    Moments and days become ISO text. Floats are refused: PostgreSQL spells them differently.
    """
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): stable_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [stable_data(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value).replace("\x00", "")
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, date | uuid.UUID):
        return value.isoformat() if isinstance(value, date) else str(value)
    raise UnstableData(f"{type(value).__name__} cannot stand on the record")


def mac(key: bytes, facts: dict) -> str:
    """64 hex digits that only a holder of the key can make for these facts."""
    return hmac.new(key, canonical(facts), hashlib.sha256).hexdigest()


def next_digest(previous: str, facts: dict) -> str:
    """The digest of a link, 64 hex digits: of the link before it and of its event with the mac."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(facts)).hexdigest()


def sweep_is_due(swept_at: datetime | None, at: datetime) -> bool:
    """Whether the next sealing has to look at every event ever, not only at the newest ones."""
    return swept_at is None or at - swept_at >= SWEEP_EVERY


def window_may_move(marked_at: datetime | None, at: datetime) -> bool:
    """Whether the window of the quick sealings may be moved up to its mark.

    An event is seen when its transaction commits, which may be after later ones were sealed; so
    the window always reaches back ten minutes or more, and the daily sweep catches any other.
    """
    return marked_at is None or at - marked_at >= SETTLES_AFTER
