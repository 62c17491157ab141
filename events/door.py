"""The door list: what the phone of an official holds of a session, and what it may send back.

On the device are masked names, the last four digits of a telephone number, and of each door code
its SHA-256 only. The list ends by itself; its signature says which session it was made for, so
that scans which waited offline can be told from anything else.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from .links import door_code
from .models import Session, SignUp

SALT = "events.door.list"
KEPT_AFTER_END = timedelta(hours=12)
SENT_WITHIN = timedelta(days=7)
EARLIEST_SCAN = timedelta(days=1)
DIGITS = 4


class ListInvalid(Exception):
    """Not a list of ours, or not of this session, or too old."""


@dataclass(frozen=True)
class DoorList:
    """``parties`` are plain data; ``token`` is the signature over all of it."""

    parties: list[dict]
    issued_at: datetime
    expires_at: datetime
    sha256: str
    token: str


def door_list(session: Session, *, at: datetime) -> DoorList:
    """Whom the door expects, as a device may hold it until twelve hours after the end."""
    parties = [entry(one) for one in parties_at(session)]
    digest = hashlib.sha256(canonical(parties).encode()).hexdigest()
    token = signing.dumps({"session": session.pk, "sha256": digest}, salt=SALT)
    return DoorList(parties, at, session.ends_at + KEPT_AFTER_END, digest, token)


def expected_at(session: Session):
    """The parties with a place, in the order of their sign-up."""
    parties = SignUp.objects.filter(session=session).coming()
    return parties.select_related("receipt", "part_of__receipt").order_by("pk")


def parties_at(session: Session) -> list[SignUp]:
    """The same, each party once, with ``people`` and ``children``: one that was parted and got
    all its places comes with one code."""
    expected = list(expected_at(session))
    wholes = {one.pk for one in expected}
    rest: dict[int, list[SignUp]] = defaultdict(list)
    for one in expected:
        if one.part_of_id in wholes:
            rest[one.part_of_id].append(one)
    parties = [one for one in expected if one.part_of_id not in wholes]
    for one in parties:
        together = [one, *rest[one.pk]]
        one.people = sum(part.party_size for part in together)
        one.children = sum(part.under_14 for part in together)
    return parties


def entry(one: SignUp) -> dict:
    receipt = one.whole.receipt
    return {
        "id": one.pk,
        "code": digest_of(door_code(one)),
        "name": receipt.masked_name if receipt else "",
        "digits": last_digits(one),
        "number": receipt.number if receipt else "",
        "people": one.people,
        "children": one.children,
        "arrived": _stamp(one.checked_in_at) if one.checked_in_at else None,
    }


def last_digits(one: SignUp) -> str:
    """The last four digits of the mobile number, by which somebody without a code is found."""
    receipt = one.whole.receipt
    contact = receipt.contact if receipt else ""
    return contact[-DIGITS:] if contact and "@" not in contact else ""


def digest_of(code: str) -> str:
    """What a device holds of a code: enough to know it again, too little to make one."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def canonical(parties: list[dict]) -> str:
    """One spelling, the same as ``JSON.stringify`` writes in a browser."""
    return json.dumps(parties, ensure_ascii=False, separators=(",", ":"))


def check_token(token: str, session: Session) -> None:
    """Refuses with ListInvalid what was not signed by us for this session within a week."""
    try:
        said = signing.loads(token, salt=SALT, max_age=SENT_WITHIN)
    except signing.BadSignature as error:
        raise ListInvalid from error
    if said["session"] != session.pk:
        raise ListInvalid


def scanned_at(milliseconds: object, session: Session, now: datetime) -> datetime:
    """The moment of a scan as the device says it, between the day before and now."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return now
    earliest = min(session.starts_at - EARLIEST_SCAN, now)
    try:
        said = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return min(max(said, earliest), now)


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
