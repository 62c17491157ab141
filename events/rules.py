"""Who may come, when, and who gets which place (plan 2023, III.3; rulebook 2.11, chapter 3)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cms.intake.rules import ContactInvalid, normalised_contact

from .enums import (
    ActivityStatus,
    Admission,
    AgeBand,
    PartyFault,
    Residence,
    SignUpState,
    Unit,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
LARGEST_PARTY = 500
CHILD_BELOW = 14
KEPT_DAYS = 180
# An offer that cannot be answered in this time is no offer: the place is simply given.
SHORTEST_OFFER = timedelta(hours=2)
DEFAULT_OFFER_HOURS = 24
FIRST_REMINDER_DAYS, LAST_REMINDER_DAYS = 3, 1
UNCONFIRMED_RELEASED_AT = time(18, 0)


class SignUpClosed(Exception):
    """Outside the sign-up window, or the session takes nobody (any more)."""


class AlreadySignedUp(Exception):
    """This person has a live sign-up for this activity."""


class NotAllowed(Exception):
    """The party does not fulfil the conditions; ``faults`` names them."""

    def __init__(self, faults: Sequence[PartyFault]):
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


class NoPlacesLeft(Exception):
    """There are not that many places; nothing was taken."""


class PhoneInvalid(Exception):
    """Neither a mobile number of the mainland nor one of another country with its code."""


class NotPossibleNow(Exception):
    """The sign-up, session or draw is in a state in which this cannot be done."""


class OfferExpired(Exception):
    """The deadline of the offer has passed."""


class CapacityBelowTaken(Exception):
    """Places that people hold cannot be taken away."""


class TooEarlyToDraw(Exception):
    """Lots are drawn after the window has closed."""


class TooLateToPromise(Exception):
    """A seed is promised before the window closes, or it proves nothing."""


class NothingPromised(Exception):
    """No seed was promised, so no lots can be drawn."""


@dataclass(frozen=True)
class Conditions:
    """Who may come to an activity. No age: every age; no audiences: everybody."""

    min_age: int | None = None
    max_age: int | None = None
    residence: str = Residence.ANYONE
    audiences: tuple[str, ...] = ()
    party_max: int = LARGEST_PARTY

    @property
    def asks_ages(self) -> bool:
        return self.min_age is not None or self.max_age is not None


@dataclass(frozen=True)
class Person:
    """One who comes: age in whole years on the day, where it was asked."""

    age: int | None = None
    is_child: bool = False

    @property
    def is_under_14(self) -> bool:
        return self.is_child if self.age is None else self.age < CHILD_BELOW


def faults_of(
    conditions: Conditions,
    people: Sequence[Person],
    *,
    size: int,
    audience: str,
    lives_here: bool,
    has_guardian: bool,
) -> list[PartyFault]:
    """Why a party may not come; [] when it may. ``people`` are those of whom something is known.

    Children under 14 need their guardian's consent (rulebook O9; PIPL 31).
    """
    asked_here = conditions.residence != Residence.ANYONE
    checks = (
        (not 1 <= size <= LARGEST_PARTY, PartyFault.SIZE),
        (size > conditions.party_max, PartyFault.TOO_MANY),
        (len(people) > max(size, 1), PartyFault.MORE_THAN_SAID),
        (not _are_of_age(conditions, people, size), PartyFault.AGE),
        (asked_here and not lives_here, PartyFault.RESIDENCE),
        (conditions.audiences and audience not in conditions.audiences, PartyFault.AUDIENCE),
        (any(person.is_under_14 for person in people) and not has_guardian, PartyFault.GUARDIAN),
    )
    return [fault for is_wrong, fault in checks if is_wrong]


def _are_of_age(conditions: Conditions, people: Sequence[Person], size: int) -> bool:
    """Where ages matter, everybody's is known and within the bounds, both included."""
    if not conditions.asks_ages:
        return True
    ages = [person.age for person in people]
    youngest = 0 if conditions.min_age is None else conditions.min_age
    oldest = 200 if conditions.max_age is None else conditions.max_age
    known = len(ages) == size and None not in ages
    return known and all(youngest <= age <= oldest for age in ages)


def normalised_phone(typed: str) -> str:
    """A number in one spelling: 11 digits of the mainland, or + and 8 to 15 digits; "" for none.

    Refuses with PhoneInvalid (rulebook F6; ITU-T E.164).
    """
    text = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", typed))
    if not text:
        return ""
    if "@" in text:
        raise PhoneInvalid
    abroad = re.fullmatch(r"(?:\+|00)(?!86)([1-9][0-9]{7,14})", text)
    if abroad:
        return f"+{abroad[1]}"
    try:
        return normalised_contact(text)
    except ContactInvalid as error:
        raise PhoneInvalid from error


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
class Waiting:
    """A party on the waiting list."""

    key: int
    places: int
    accepts_split: bool = False


@dataclass(frozen=True)
class Promotion:
    """Whom a free place goes to; fewer places than wanted where a party may be parted."""

    key: int
    places: int


def next_to_promote(queue: Iterable[Waiting], free: int) -> list[Promotion]:
    """Who moves up, given the waiting list in its order and the number of free places.

    Nobody overtakes: it stops at the first party that does not fit. Parties stay together,
    except those who said that they may be parted.
    """
    promoted = []
    for party in queue:
        given = min(party.places, free) if party.accepts_split else party.places
        if not 0 < given <= free:
            break
        promoted.append(Promotion(party.key, given))
        free -= given
    return promoted


@dataclass(frozen=True)
class Load:
    """People in a room from a moment up to, not including, another."""

    starts_at: datetime
    ends_at: datetime
    people: int


def room_left(capacity: int, load: Load, others: Sequence[Load]) -> int:
    """How many more a room takes during ``load``, at its fullest moment; below 0: overfull."""
    moments = {load.starts_at} | {
        other.starts_at for other in others if load.starts_at < other.starts_at < load.ends_at
    }
    fullest = max(
        sum(other.people for other in others if other.starts_at <= moment < other.ends_at)
        for moment in moments
    )
    return capacity - fullest - load.people


def people_at_most(unit: str, party_max: int, places: int) -> int:
    """How many people may stand behind so many places; the room has to hold them all."""
    return places if unit == Unit.PERSONS else places * party_max


def offer_deadline(at: datetime, hours: int, starts_at: datetime) -> datetime | None:
    """Until when a place offered now is held; None: there is no time to ask, it is given.

    Never later than two hours before the session starts.
    """
    if hours == 0:
        return None
    deadline = min(at + timedelta(hours=hours), starts_at - SHORTEST_OFFER)
    return deadline if deadline >= at + SHORTEST_OFFER else None


def offer_is_open(expires_at: datetime | None, at: datetime) -> bool:
    """An offer can be accepted up to, not including, the moment it expires."""
    return expires_at is not None and at < expires_at


def reminder_due(starts_at: datetime, at: datetime) -> int:
    """Which reminder is due: 3 from the third day before, 1 from the day before, else 0.

    Counted in days of Shanghai; nothing is due any more once the session has started.
    """
    if at >= starts_at:
        return 0
    days = (_day(starts_at) - _day(at)).days
    if days <= LAST_REMINDER_DAYS:
        return LAST_REMINDER_DAYS
    return FIRST_REMINDER_DAYS if days <= FIRST_REMINDER_DAYS else 0


def unconfirmed_released_at(starts_at: datetime) -> datetime:
    """18:00 on the day before, Shanghai: who has not said to be coming loses the place then."""
    day = _day(starts_at) - timedelta(days=1)
    return datetime.combine(day, UNCONFIRMED_RELEASED_AT, SHANGHAI)


def kept_until(ends_at: datetime) -> date:
    """Data of who signed up is kept for six months after the day (rulebook I9)."""
    return _day(ends_at) + timedelta(days=KEPT_DAYS)


# From which state a sign-up can go to which (rulebook, chapter 3). The others are ends.
_COMES_TO_NOTHING = frozenset({SignUpState.CANCELLED, SignUpState.NOT_SELECTED})
_NEXT: dict[str, frozenset[str]] = {
    SignUpState.SUBMITTED: frozenset({SignUpState.CONFIRMED, SignUpState.WAITLISTED})
    | _COMES_TO_NOTHING,
    SignUpState.WAITLISTED: frozenset({SignUpState.OFFERED, SignUpState.CONFIRMED})
    | _COMES_TO_NOTHING,
    SignUpState.OFFERED: frozenset(
        {
            SignUpState.OFFERED,
            SignUpState.CONFIRMED,
            SignUpState.DECLINED,
            SignUpState.EXPIRED,
            SignUpState.CANCELLED,
        }
    ),
    SignUpState.CONFIRMED: frozenset(
        {
            SignUpState.OFFERED,
            SignUpState.ATTENDED,
            SignUpState.ABSENT,
            SignUpState.RELEASED,
            SignUpState.CANCELLED,
        }
    ),
    # Found at the door after all, by a scan that arrived late.
    SignUpState.ABSENT: frozenset({SignUpState.ATTENDED}),
}


def may_become(state: str, wanted: str) -> bool:
    return wanted in _NEXT.get(state, frozenset())


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


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
