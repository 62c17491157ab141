"""Sessions and their places: planned, announced, made larger or smaller, moved, cancelled."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.duties.actions import open_duty
from cms.record.actions import record

from .. import rules
from ..duties import ACTIVITY_REPORT
from ..enums import CHANGEABLE, EndCause, QuotaKind, SessionState, SignUpState
from ..letters import spoken, spoken_time, tell
from ..models import ActivityPage, Quota, Room, Session, SessionPlaces, SignUp
from . import places as counting
from .signups import Held

WAITS = (SessionState.PLANNED, SessionState.OPEN)


@transaction.atomic
def plan_session(
    activity: ActivityPage,
    *,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    room: Room | None = None,
    minimum: int = 0,
    is_tentative: bool = False,
    by,
    at: datetime,
) -> Session:
    """A new session, not public before it is announced."""
    session = Session.objects.create(
        activity=activity.original,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        minimum=minimum,
        is_tentative=is_tentative,
    )
    SessionPlaces.objects.create(session=session, capacity=capacity, has_room=room is not None)
    record("events.session_planned", session, by=by, at=at, data={"capacity": capacity})
    return session


@transaction.atomic
def announce_session(session: Session, *, by, at: datetime) -> None:
    """The session is public from now on; only where its page has been reviewed and is live."""
    places = counting.lock_places(session)[session.pk]
    found = places.session
    if found.state == SessionState.OPEN:
        return
    if found.state != SessionState.PLANNED or not found.activity.live or at >= found.starts_at:
        raise rules.NotPossibleNow(found.state)
    _set_state(places, SessionState.OPEN)
    record("events.session_announced", found, by=by, at=at)


def _set_state(places: SessionPlaces, state: SessionState, **facts) -> None:
    session = places.session
    Session.objects.filter(pk=session.pk).update(state=state, **facts)
    places.is_open = state == SessionState.OPEN
    SessionPlaces.objects.filter(pk=places.pk).update(is_open=places.is_open)
    session.state = state


@counting.retried
@transaction.atomic
def raise_capacity(session: Session, capacity: int, *, by, at: datetime) -> None:
    """More places for everybody; they go to who waits."""
    locked = counting.lock_places(session)
    places = locked[session.pk]
    if capacity < places.capacity:
        raise rules.NotPossibleNow("lower")
    _set_capacity(places, capacity, by, at)
    counting.release(locked.values(), at=at)


@counting.retried
@transaction.atomic
def lower_capacity(session: Session, capacity: int, *, by, at: datetime) -> None:
    """Fewer places, never fewer than people hold (CapacityBelowTaken)."""
    places = counting.lock_places(session)[session.pk]
    if capacity < places.taken:
        raise rules.CapacityBelowTaken
    _set_capacity(places, capacity, by, at)


def _set_capacity(places: SessionPlaces, capacity: int, by, at: datetime) -> None:
    old, places.capacity = places.capacity, capacity
    SessionPlaces.objects.filter(pk=places.pk).update(capacity=capacity)
    record(
        "events.capacity_changed",
        places.session,
        by=by,
        at=at,
        data={"old": old, "new": capacity},
    )


@counting.retried
@transaction.atomic
def keep_places(
    session: Session,
    kind: QuotaKind,
    capacity: int,
    *,
    kept_until: datetime,
    name: str = "",
    by,
    at: datetime,
) -> Quota:
    """Keep places for a group until a moment; they come off the places for everybody.

    Refuses with NoPlacesLeft where not so many are free.
    """
    places = counting.lock_places(session)[session.pk]
    free = SessionPlaces.objects.filter(pk=places.pk, taken__lte=F("capacity") - capacity)
    if places.waiting or not free.update(capacity=F("capacity") - capacity):
        raise rules.NoPlacesLeft
    quota = Quota.objects.create(
        session=session, kind=kind, name=name, capacity=capacity, kept_until=kept_until
    )
    data = {"kind": str(kind), "places": capacity}
    record("events.places_kept", session, by=by, at=at, data=data)
    return quota


@counting.retried
@transaction.atomic
def end_quota(quota: Quota, *, at: datetime, by=None) -> int:
    """What is left of kept places goes to everybody; how many places these were."""
    locked = counting.lock_places(quota.session)
    places = locked[quota.session_id]
    quota = Quota.objects.select_for_update().get(pk=quota.pk)
    if quota.ended_at is not None:
        return 0
    left = quota.left
    quota.capacity, quota.ended_at = quota.taken, at
    quota.save(update_fields=["capacity", "ended_at"])
    places.capacity += left
    SessionPlaces.objects.filter(pk=places.pk).update(capacity=F("capacity") + left)
    record("events.quota_ended", quota.session, by=by, at=at, data={"places": left})
    counting.release(locked.values(), at=at)
    return left


def end_quotas(at: datetime) -> int:
    """Every group whose places were kept until now."""
    due = Quota.objects.filter(ended_at__isnull=True, kept_until__lte=at).select_related("session")
    return sum(end_quota(quota, at=at) for quota in due.order_by("pk"))


@counting.retried
@transaction.atomic
def move_session(
    session: Session,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None = None,
    reason: str = "",
    by,
    at: datetime,
) -> int:
    """Another time or room; every party is told, and asked again. How many parties there are.

    Refuses with NoPlacesLeft when the new room does not hold those who have places.
    """
    locked = counting.lock_places(session, rooms=[room.pk] if room else [])
    places = locked[session.pk]
    found = places.session
    if found.state not in WAITS:
        raise rules.NotPossibleNow(found.state)
    before = (found.starts_at, found.ends_at)
    found.starts_at, found.ends_at, found.room, found.reason = starts_at, ends_at, room, reason
    found.save(update_fields=["starts_at", "ends_at", "room", "reason"])
    SessionPlaces.objects.filter(pk=places.pk).update(has_room=room is not None)
    if counting.room_left(found) < 0:
        raise rules.NoPlacesLeft
    record(
        "events.session_moved",
        found,
        by=by,
        at=at,
        data={"starts_at": starts_at, "ends_at": ends_at},
    )
    told = _tell_of_move(found, before, at)
    counting.release(locked.values(), at=at)
    return told


def _tell_of_move(session: Session, before: tuple[datetime, datetime], at: datetime) -> int:
    parties = list(_parties(session))
    for one in parties:
        one.session = session
        one.version += 1
        one.is_coming = one.answered_at = one.reminded_at = one.reminded_last_at = None
        if one.offer_expires_at:
            one.offer_expires_at = min(one.offer_expires_at, max(at, session.starts_at))
        one.save()
        tell(
            "session_moved",
            one,
            at=at,
            reason=session.reason,
            before=spoken_time(before[0], one.whole.language, until=before[1]),
        )
    return len(parties)


def _parties(session: Session):
    live = SignUp.objects.filter(session=session, state__in=CHANGEABLE)
    related = ("activity", "session", "receipt", "part_of__receipt")
    # Who has a place first, then the waiting list in its order.
    locked = live.select_for_update(of=("self",))  # a scan at the door locks nothing else
    return locked.select_related(*related).order_by("-held", "position", "pk")


@counting.retried
@transaction.atomic
def cancel_session(session: Session, *, reason: str = "", by, at: datetime) -> dict[str, int]:
    """The session is called off: every party is told; who had a place is offered one in another
    session of the activity, held until a deadline, as long as there are any.

    Returns how many parties were offered another session, and how many could not be.
    """
    others = Session.objects.filter(activity=session.activity_id, state=SessionState.OPEN)
    locked = counting.lock_places(session, *others.exclude(pk=session.pk))
    places = locked[session.pk]
    if places.session.state not in WAITS:
        raise rules.NotPossibleNow(places.session.state)
    _set_state(places, SessionState.CANCELLED, reason=reason)
    record("events.session_cancelled", places.session, by=by, at=at)
    offered, told = 0, 0
    for one in list(_parties(session)):
        other = _another(one, locked, at) if one.held else None
        if other is None:
            _call_off(one, places, reason, at)
        else:
            _offer_another(one, places, other, reason, at)
        offered, told = offered + (other is not None), told + 1
    # What went back to kept places or left a shared room may serve others.
    counting.release(locked.values(), at=at)
    return {"offered": offered, "without": told - offered}


def _another(one: SignUp, locked: dict, at: datetime) -> SessionPlaces | None:
    """The earliest other session with room for the whole party and nobody waiting."""
    possible = [
        places
        for places in locked.values()
        if places.session.activity_id == one.activity_id
        and places.pk != one.session_id
        and places.session.starts_at > at
        and not places.waiting
        and counting.free_places(places) >= one.places
    ]
    return min(possible, key=lambda places: (places.session.starts_at, places.pk), default=None)


def _call_off(one: SignUp, places: SessionPlaces, reason: str, at: datetime) -> None:
    freed, waited, quota = one.held, one.state == SignUpState.WAITLISTED, one.quota_id
    counting.become(
        one,
        SignUpState.CANCELLED,
        at=at,
        letter="session_cancelled",
        facts={"reason": reason, "other": "", "deadline": ""},
        end_cause=EndCause.SESSION,
        position=None,
    )
    if freed:
        counting.give_back(places, quota, freed)
    if waited:
        counting.count(places, waiting=-1)


def _offer_another(
    one: SignUp, places: SessionPlaces, other: SessionPlaces, reason: str, at: datetime
) -> None:
    hours = one.activity.offer_hours or rules.DEFAULT_OFFER_HOURS
    starts_at = other.session.starts_at
    deadline = rules.offer_deadline(at, hours, starts_at) or starts_at
    counting.give_back(places, one.quota_id, one.held)
    counting.count(other, taken=one.places)
    gone, one.session = one.session, other.session
    language = one.whole.language
    counting.become(
        one,
        SignUpState.OFFERED,
        at=at,
        letter="session_cancelled",
        facts={
            "reason": reason,
            "session": spoken(gone, language),
            "other": spoken(other.session, language),
            "deadline": spoken_time(deadline, language),
        },
        session=other.session,
        quota=None,
        offer_expires_at=deadline,
        is_coming=None,
        reminded_at=None,
        reminded_last_at=None,
    )


def close_sessions(at: datetime) -> int:
    """Sessions that are over: held, absent parties marked, the report owed. How many."""
    over = Session.objects.filter(state=SessionState.OPEN, ends_at__lte=at).order_by("pk")
    return sum(_close(session, at) for session in over)


@counting.retried
@transaction.atomic
def _close(session: Session, at: datetime) -> bool:
    places = counting.lock_places(session)[session.pk]
    found = places.session
    if found.state != SessionState.OPEN or found.ends_at > at:
        return False
    _set_state(places, SessionState.HELD)
    record("events.session_held", found, at=at)
    for one in list(_parties(found)):
        one.session = found
        _settle(one, places, at)
    _owe_report(found.activity, at)
    return True


def _settle(one: SignUp, places: SessionPlaces, at: datetime) -> None:
    """After the day: who waited in vain is told; who did not come is noted, and not told."""
    held = Held(one, {places.pk: places})
    if one.state == SignUpState.OFFERED:
        _end_quietly(held, SignUpState.EXPIRED, at)
    elif one.state == SignUpState.CONFIRMED:
        if _door_was_kept(places):
            counting.become(one, SignUpState.ABSENT, at=at)
    else:
        _end_quietly(held, SignUpState.NOT_SELECTED, at, letter="not_selected")


def _end_quietly(held: Held, state: SignUpState, at: datetime, letter: str = "") -> None:
    one, freed = held.sign_up, held.sign_up.held
    waited = one.state == SignUpState.WAITLISTED
    counting.become(one, state, at=at, letter=letter, end_cause=EndCause.TIME, position=None)
    if freed:
        counting.give_back(held.places, one.quota_id, freed)
    if waited:
        counting.count(held.places, waiting=-1)


def _door_was_kept(places: SessionPlaces) -> bool:
    """Without a single check-in nobody can be said to have been absent."""
    if not hasattr(places, "door_was_kept"):
        came = SignUp.objects.filter(session=places.pk, state=SignUpState.ATTENDED)
        places.door_was_kept = came.exists()
    return places.door_was_kept


def _owe_report(activity: ActivityPage, at: datetime) -> None:
    """Five working days after the last session of the activity (rulebook O8)."""
    sessions = Session.objects.filter(activity=activity)
    if sessions.filter(state__in=WAITS).exists() or not activity.department_id:
        return
    last = sessions.filter(state=SessionState.HELD).order_by("ends_at").last()
    open_duty(
        ACTIVITY_REPORT,
        activity,
        department=activity.department,
        title=activity.title,
        started_on=timezone.localdate(last.ends_at),
        at=at,
    )
