"""What citizens' forms accept and how much of it (rulebook 2.14, F6).

Pure: text and numbers in; no clock, no database, no settings.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# Crockford's base 32: no I, L, O or U, so that nobody mistakes one character for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
GROUP = 4

MOBILE = re.compile(r"1[3-9][0-9]{9}")
EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
RATING_DAYS = 90  # calendar days after the answer; the law sets none
FEWEST_SHOWN = 10  # ratings below which no public number says anything
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TooManySubmissions(Exception):
    """This network or this contact sent as much as one may. `retry_after` is in seconds."""

    def __init__(self, retry_after: int):
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class ContactInvalid(Exception):
    """Neither a mobile number nor an e-mail address."""


class RatingClosed(Exception):
    """There is no answer to rate yet, or the last day for rating it is over."""


class RatedSince(Exception):
    """The rating was changed after this form was put out."""


class ReasonMissing(Exception):
    """Contact data was to be read without saying why."""


@dataclass(frozen=True)
class Limits:
    """Submissions of one kind: per network and hour, of these by question, per contact and day."""

    per_network_per_hour: int
    by_question_per_network_per_hour: int
    per_contact_per_day: int


@dataclass(frozen=True)
class Counted:
    """What arrived before, in the hour (network) and in the day (contact) up to now."""

    from_network: int
    by_question: int
    from_contact: int


def check_limits(counted: Counted, limits: Limits, *, by_question: bool) -> None:
    """Refuses with TooManySubmissions once a limit is reached; a limit of 0 lets nothing in."""
    if counted.from_contact >= limits.per_contact_per_day:
        raise TooManySubmissions(int(DAY.total_seconds()))
    too_many_questions = counted.by_question >= limits.by_question_per_network_per_hour
    if counted.from_network >= limits.per_network_per_hour or (by_question and too_many_questions):
        raise TooManySubmissions(int(HOUR.total_seconds()))


def encode(value: int, length: int) -> str:
    """The lowest `length` times five bits of a number in the alphabet above."""
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(length)))


def grouped(text: str) -> str:
    """ABCD-EFGH-JKMN."""
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def normalised(typed: str) -> str:
    """A number or code as somebody typed it, in the one spelling it is compared in.

    Case, full width, spaces, dashes and look-alikes do not matter; nothing else is let through.
    """
    text = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    return "".join(character for character in text if character in ALPHABET)


def network_of(address: str) -> str:
    """The address of one subscriber: IPv4 whole, IPv6 by its /64, "" for anything else.

    Everything without an address shares one network, so that a limit still holds.
    """
    try:
        ip = ip_address(address.strip())
    except ValueError:
        return ""
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip.packed[:8] + bytes(8), 64)))


def client_of(remote_address: str, forwarded_for: str, proxy_count: int) -> str:
    """Whose request it is, given how many proxies of our own stand in front.

    Each of them appends the address it saw to X-Forwarded-For; what is further left was written
    by the client and is never believed. A header that is too short did not pass our proxies.
    """
    seen = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if proxy_count < 1 or len(seen) < proxy_count:
        return remote_address
    return seen[-proxy_count]


def normalised_contact(typed: str) -> str:
    """A mainland mobile number or an e-mail address in one spelling (F6), "" for nothing.

    Refuses with ContactInvalid.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return ""
    if "@" in text:
        if len(text) > 254 or not EMAIL.fullmatch(text) or ".." in text:
            raise ContactInvalid
        return text.lower()
    digits = re.sub(r"[\s()-]", "", text)
    number = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if not MOBILE.fullmatch(number):
        raise ContactInvalid
    return number


def last_day_to_rate(answered_on: date) -> date:
    """The last day, in Shanghai, on which an answer can be rated or its rating changed."""
    return answered_on + timedelta(days=RATING_DAYS)


def shown_in_public(counts: dict[str, int]) -> dict[str, int]:
    """How many gave each grade, or nothing while they are so few that one might be known."""
    return counts if sum(counts.values()) >= FEWEST_SHOWN else {}


DIGITS = {"〇": 0, "零": 0, "两": 2, "兩": 2} | {
    character: value for value, character in enumerate("一二三四五六七八九", start=1)
}
ENGLISH = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)


def read_number(typed: str) -> int | None:
    """A number up to 99 written 12, １２, 十二 or twelve; None for anything else."""
    text = unicodedata.normalize("NFKC", typed).strip().rstrip("。.").lower()
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    if text in ENGLISH:
        return ENGLISH.index(text)
    if text in DIGITS:
        return DIGITS[text]
    tens, ten, ones = text.partition("十")
    if not ten or (tens and tens not in DIGITS) or (ones and ones not in DIGITS):
        return None
    return 10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0)
