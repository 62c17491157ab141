"""Who may come, when, and who gets which place (plan 2023, III.3; rulebook 2.11)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from .enums import ActivityStatus, Admission, AgeBand, Residence, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
LARGEST_PARTY = 500
CHILD_BELOW = 14


@dataclass(frozen=True)
class Conditions:
    """Who may come to an activity. No age: every age; no audiences: everybody."""

    min_age: int | None = None
    max_age: int | None = None
    residence: str = Residence.ANYONE
    audiences: tuple[str, ...] = ()
    party_max: int = LARGEST_PARTY


def window_is_open(opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> bool:
    """True from the first moment up to, not including, the closing moment (rulebook O4)."""
    return opens_at is not None and closes_at is not None and opens_at <= at < closes_at


def places_needed(unit: str, party_size: int) -> int:
    """A household or an enterprise takes one place, however many people come."""
    return party_size if unit == Unit.PERSONS else 1


def age_band(age: int | None, is_child: bool = False) -> AgeBand:
    if age is None:
        return AgeBand.CHILD if is_child else AgeBand.UNKNOWN
    bounds = ((CHILD_BELOW, AgeBand.CHILD), (18, AgeBand.TEENAGER), (60, AgeBand.ADULT))
    return next((band for below, band in bounds if age < below), AgeBand.SENIOR)


@dataclass(frozen=True)
class Standing:
    """What the status of an activity depends on; ``last_end`` is of sessions not cancelled."""

    admission: str
    opens_at: datetime | None
    closes_at: datetime | None
    last_end: datetime | None
    is_cancelled: bool
    places_left: int


def status_of(facts: Standing, at: datetime) -> ActivityStatus:
    """未开始 / 报名中 / 已满可候补 / 已截止 / 已结束 (page outline 5.4) at a moment."""
    if facts.is_cancelled:
        return ActivityStatus.CANCELLED
    if facts.last_end is not None and at >= facts.last_end:
        return ActivityStatus.ENDED
    without_form = {
        Admission.OPEN_DOOR: ActivityStatus.NO_SIGN_UP,
        Admission.INVITATION: ActivityStatus.BY_INVITATION,
    }
    return without_form.get(facts.admission) or _window_status(facts, at)


def _window_status(facts: Standing, at: datetime) -> ActivityStatus:
    if facts.opens_at is None or at < facts.opens_at:
        return ActivityStatus.SCHEDULED
    if not window_is_open(facts.opens_at, facts.closes_at, at):
        return ActivityStatus.CLOSED
    is_full = facts.admission == Admission.FIRST_COME and facts.places_left == 0
    return ActivityStatus.FULL if is_full else ActivityStatus.OPEN
