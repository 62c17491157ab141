"""Periods, verdicts and the report of public participation (plan 2023, III.1; 713, Art. 14-18)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .enums import FINAL_VERDICTS, NEEDS_REASON, ConsultationStatus, Verdict

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAST_DAYS = 30
REPORT_WORKING_DAYS = 10
CONCENTRATED_COUNT = 3
CONCENTRATED_PERCENT = 5
CONCENTRATED_PEOPLE = 1
LONGEST_OPINION = 10_000
MOST_POINTS = 20
CONTACT_DAYS_AFTER_REPORT = 365
LEAST_BETWEEN_READINGS = timedelta(minutes=5)
MOST_BETWEEN_READINGS = timedelta(hours=1)
REST_AFTER_READING = 4


class CommentsClosed(Exception):
    """An opinion arrived outside the period of its consultation."""


class VerdictNeedsReason(Exception):
    """A verdict other than "adopted" was given without its reason."""


class OpinionChanged(Exception):
    """Somebody else changed the opinion since it was read."""


class GroupChanged(Exception):
    """Somebody else changed the group since it was read."""


class GroupGone(GroupChanged):
    """The group was merged into another or dissolved."""


class OpinionWithdrawn(Exception):
    """Its author has taken the opinion back."""


class EditionNotSuperseded(Exception):
    """The valid edition of a report is corrected or taken down whole, never withheld alone."""


class EditionAlreadyWithheld(Exception):
    """The public cannot read it any more."""


class DecisionInTheFuture(Exception):
    """A decision cannot be recorded before the day it is issued."""


def period_is_open(opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> bool:
    """True from the first moment up to, not including, the closing moment (rulebook T3)."""
    return opens_at is not None and closes_at is not None and opens_at <= at < closes_at


def status_of(
    opens_at: datetime | None, closes_at: datetime | None, answered: bool, at: datetime
) -> ConsultationStatus:
    """未开始 / 征集中 / 已结束，意见研究中 / 已反馈 (rulebook C11); a report ends them all."""
    if answered:
        return ConsultationStatus.ANSWERED
    if opens_at is None or closes_at is None or at < opens_at:
        return ConsultationStatus.SCHEDULED
    return ConsultationStatus.OPEN if at < closes_at else ConsultationStatus.CLOSED


def days_left(closes_at: datetime, at: datetime) -> int:
    """Whole days to the closing day in Shanghai; on the closing day itself: 1, after it: 0.

    A period that closes at midnight ends with the day before.
    """
    if at >= closes_at:
        return 0
    last_day = _last_day(closes_at)
    return (last_day - at.astimezone(SHANGHAI).date()).days + 1


def period_days(begins_on: date, closes_at: datetime) -> int:
    """Calendar days of the period; the day it is published does not count (rulebook T2, T4)."""
    return (_last_day(closes_at) - begins_on).days


def begins_on(opens_at: datetime, announced_at: datetime) -> date:
    """The day a period counts from: nobody can answer before both opening and publication."""
    return max(opens_at, announced_at).astimezone(SHANGHAI).date()


def needs_short_period_reason(days: int) -> bool:
    """Under 30 days only for urgency or the like, and said in public (713, Art. 15)."""
    return days < LEAST_DAYS


def period_was_cut(
    shown: tuple[datetime, datetime], wanted: tuple[datetime, datetime], at: datetime
) -> bool:
    """True when a period that has begun would open otherwise or close earlier (rulebook C13)."""
    return period_has_begun(shown[0], at) and (wanted[0] != shown[0] or wanted[1] < shown[1])


def period_has_begun(opens_at: datetime, at: datetime) -> bool:
    return opens_at <= at


def has_late_extension(shown_close: datetime, wanted_close: datetime, at: datetime) -> bool:
    """A period that has ended stays ended; a second round is a consultation of its own."""
    return wanted_close > shown_close and at >= shown_close


def verdict_is_complete(verdict: str, reason: str) -> bool:
    """Every opinion ends in a verdict; the last three kinds say why (rulebook A4)."""
    if verdict not in FINAL_VERDICTS:
        return False
    return verdict not in NEEDS_REASON or bool(reason.strip())


@dataclass(frozen=True)
class Threshold:
    """When opinions that say the same are 较为集中, set for each consultation (rulebook A4)."""

    count: int = CONCENTRATED_COUNT
    percent: int = CONCENTRATED_PERCENT
    people: int = CONCENTRATED_PEOPLE

    def is_reached(self, count: int, total: int, people: int) -> bool:
        """At least ``count`` opinions or ``percent`` per cent of all, from enough people.

        ``count`` and ``total`` are numbers of opinions not withdrawn, ``people`` of those who
        sent them; an empty group never counts.
        """
        many = count >= self.count or count * 100 >= total * self.percent
        return count > 0 and many and people >= self.people


def needs_countersignature(verdict: str, refused: int, is_concentrated: bool) -> bool:
    """Whether a group needs a second signature: it is concentrated and it, or any of its
    ``refused`` members, was not adopted (plan 2023, III.1: why concentrated opinions were not).
    """
    return is_concentrated and (verdict == Verdict.NOT_ADOPTED or refused > 0)


def may_countersign(signer_id: int, decided_by_id: int | None) -> bool:
    """The second signature is given by a second person."""
    return signer_id != decided_by_id


def read_again_from(asked_at: datetime, finished_at: datetime, went_well: bool) -> datetime:
    """When opinions that came since may be read for groups without being asked (rulebook C10).

    Minutes after the last reading, and so that reading takes a fifth of the time at most; one
    that failed or was stopped by a person is not begun again for an hour.
    """
    if not went_well:
        return finished_at + MOST_BETWEEN_READINGS
    rest = max(LEAST_BETWEEN_READINGS, (finished_at - asked_at) * REST_AFTER_READING)
    return finished_at + min(rest, MOST_BETWEEN_READINGS)


def contact_kept_until(published_on: date) -> date:
    """Identity data is kept for a year after the report, then deleted (rulebook I9)."""
    return published_on + timedelta(days=CONTACT_DAYS_AFTER_REPORT)


# Digits may be full-width; Chinese text may stand right before or behind. An identity card first,
# for a telephone number could be read into the middle of it.
_PRIVATE = (
    (re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXxＸｘ])(?!\d)"), r"\1********\2"),
    (
        re.compile(r"(?<!\d)((?:86|８６)?[ -]?[1１][3-9３-９]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"),
        r"\1****\2",
    ),
    (
        re.compile(
            r"(?<!\d)([0０](?:[1１][0０]|[2２]\d|[3-9３-９]\d{2})[)）]?[ -]?)"
            r"\d{3,4}[ -]?(\d{4})(?!\d)"
        ),
        r"\1****\2",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII), "***@***"),
)


def without_private_data(text: str) -> str:
    """Telephone and identity-card numbers and e-mail masked; for texts that go public (A8)."""
    for pattern, mask in _PRIVATE:
        text = pattern.sub(mask, text)
    return text


def chinese_number(number: int) -> str:
    """1 to 999 as in 第一百零二条. Raises ValueError outside.

    >>> chinese_number(12)
    '十二'
    """
    if not 0 < number < 1000:
        raise ValueError(number)
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def _last_day(closes_at: datetime) -> date:
    return (closes_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
