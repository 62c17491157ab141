"""Places: taken, given back, and handed on to the waiting list. Nothing else changes a counter.

Lock order: rooms by number, then places of sessions by number, then quotas by number. A sign-up
is changed only under the lock of the places of its session.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps

from django.db import OperationalError, connection
from django.db.models import F, Sum

from cms.record.actions import record

from .. import rules
from ..enums import HOLDING, SessionState, SignUpState
from ..letters import spoken_time, tell
from ..models import Quota, Room, Session, SessionPlaces, SignUp

TRIES = 4
PAUSE = 0.05
BATCH = 100
AGAIN = ("40P01", "40001")


def retried(action: Callable) -> Callable:
    """Tries again where the database broke off a transaction for the sake of another one."""

    @wraps(action)
    def trying(*args, **kwargs):
        if connection.in_atomic_block:  # whoever began the transaction begins it again
            return action(*args, **kwargs)
        for attempt in range(1, TRIES):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in AGAIN:
                    raise
                time.sleep(PAUSE * attempt)
        return action(*args, **kwargs)

    return trying


def take_at_once(session: Session, wanted: int) -> bool:
    """The hot path: one conditional update, for a session that shares no room.

    False when there are not enough places, when others wait already, or when the session gives
    no places (any more): the caller then looks again under the lock.
    """
    free = SessionPlaces.objects.filter(
        pk=session.pk,
        is_open=True,
        has_room=False,
        waiting=0,
        taken__lte=F("capacity") - wanted,
    )
    return bool(free.update(taken=F("taken") + wanted))


def lock_places(*sessions: Session, rooms: Iterable[int] = ()) -> dict[int, SessionPlaces]:
    """Locks the places of these sessions, and of all that share a room with them meanwhile.

    `rooms` are numbers of further rooms that the caller is about to use.

    Session number → its places with the session as it is now.
    """
    wanted = {session.pk for session in sessions}
    used = Session.objects.filter(pk__in=wanted, room__isnull=False)
    while True:
        held = {*rooms, *used.values_list("room", flat=True)}
        if held:
            list(Room.objects.filter(pk__in=held).order_by("pk").select_for_update(no_key=True))
        numbers = wanted | _at_once_with(wanted) if held else wanted
        rows = SessionPlaces.objects.filter(pk__in=numbers).order_by("pk")
        locked = {
            places.pk: places
            for places in rows.select_for_update(of=("self",), no_key=True).select_related(
                "session__activity", "session__room"
            )
        }
        # A session moved to another room before it was locked: its new room has to be locked too.
        if {locked[number].session.room_id for number in wanted} - {None} <= held:
            return locked


def _at_once_with(wanted: set[int]) -> set[int]:
    in_rooms = Session.objects.filter(pk__in=wanted, room__isnull=False)
    return {
        number
        for session in in_rooms
        for number in Session.objects.at_once_with(session).values_list("pk", flat=True)
    }


def free_places(places: SessionPlaces) -> int:
    """How many places can be given now, under the lock: its own, and what the room takes."""
    if not places.is_open:
        return 0
    return max(0, min(places.left, room_left(places.session)))


def room_left(session: Session) -> int:
    """In places of the session; its own are counted as they stand in the database."""
    if session.room_id is None:
        return rules.LARGEST_PARTY * 1000
    at_once = list(
        Session.objects.at_once_with(session)
        .select_related("places", "activity")
        .annotate(kept=Sum("quotas__taken", default=0))
    )
    loads = {one.pk: _load(one) for one in at_once}
    own = loads.pop(session.pk)
    people = rules.room_left(session.room.capacity, own, list(loads.values()))
    each = rules.people_at_most(session.activity.unit, session.activity.party_max, 1)
    return people // each


def _load(session: Session) -> rules.Load:
    activity, taken = session.activity, session.places.taken + session.kept
    people = rules.people_at_most(activity.unit, activity.party_max, taken)
    return rules.Load(session.starts_at, session.ends_at, people)


def take_under_lock(places: SessionPlaces, wanted: int) -> bool:
    """As `take_at_once`, with the room looked at. False: nothing was taken."""
    if places.waiting or free_places(places) < wanted:
        return False
    count(places, taken=wanted)
    return True


def count(places: SessionPlaces, *, taken: int = 0, waiting: int = 0) -> None:
    """Moves the counters of locked places, in the database and in hand."""
    SessionPlaces.objects.filter(pk=places.pk).update(
        taken=F("taken") + taken, waiting=F("waiting") + waiting
    )
    places.taken += taken
    places.waiting += waiting


def queue_up(places: SessionPlaces) -> int:
    """The next position at the end of the waiting list of locked places."""
    position = places.next_position
    SessionPlaces.objects.filter(pk=places.pk).update(
        next_position=F("next_position") + 1, waiting=F("waiting") + 1
    )
    places.next_position += 1
    places.waiting += 1
    return position


def take_kept(quota: Quota, wanted: int) -> bool:
    """From places kept for a group, under the lock of the session's places."""
    free = Quota.objects.filter(
        pk=quota.pk, ended_at__isnull=True, taken__lte=F("capacity") - wanted
    )
    return bool(free.update(taken=F("taken") + wanted))


def give_back(places: SessionPlaces, quota_id: int | None, freed: int) -> None:
    """Places come back to where they were taken from.

    Those of a group that is kept no longer go to everybody. The caller releases them.
    """
    if quota_id is None:
        count(places, taken=-freed)
        return
    quota = Quota.objects.select_for_update().get(pk=quota_id)
    quota.taken -= freed
    if quota.ended_at is not None:
        quota.capacity -= freed
        SessionPlaces.objects.filter(pk=places.pk).update(capacity=F("capacity") + freed)
        places.capacity += freed
    quota.save(update_fields=["taken", "capacity"])


def become(
    sign_up: SignUp,
    state: SignUpState,
    *,
    at: datetime,
    by=None,
    letter: str = "",
    facts: dict | None = None,
    **changes,
) -> None:
    """One change of state: checked, written, put on record, and told in one letter."""
    if not rules.may_become(sign_up.state, state):
        raise rules.NotPossibleNow(f"{sign_up.state} → {state}")
    sign_up.held = sign_up.places if state in HOLDING else 0
    sign_up.state, sign_up.state_at = state, at
    sign_up.version += 1
    for name, value in changes.items():
        setattr(sign_up, name, value)
    fields = ["held", "state", "state_at", "version", *changes]
    sign_up.save(update_fields=fields)
    record(f"events.sign_up_{state}", sign_up, by=by, at=at, data={"places": sign_up.places})
    if letter:
        tell(letter, sign_up, at=at, **(facts or {}))


def release(locked: Iterable[SessionPlaces], *, at: datetime) -> int:
    """Hands free places to the waiting lists, whatever made them free; how many parties moved up.

    In the order of each list until a party does not fit; parties stay together unless they said
    otherwise. Sessions that share a room are looked at together, in the order of their numbers.
    """
    moved = 0
    for places in locked:
        if places.is_open and at < places.session.starts_at:
            moved += _promote(places, at)
    return moved


def _promote(places: SessionPlaces, at: datetime) -> int:
    moved = 0
    while places.waiting and (free := free_places(places)):
        queue = list(
            SignUp.objects.filter(session=places.pk)
            .queue()
            .select_related("activity", "session", "receipt", "part_of__receipt")[:BATCH]
        )
        waiting = [
            rules.Waiting(one.pk, one.places, one.accepts_split and not one.under_14)
            for one in queue
        ]
        promotions = rules.next_to_promote(waiting, free)
        if not promotions:
            break
        parties = {one.pk: one for one in queue}
        for promotion in promotions:
            _move_up(places, parties[promotion.key], promotion.places, at)
        moved += len(promotions)
    return moved


def _move_up(places: SessionPlaces, sign_up: SignUp, given: int, at: datetime) -> None:
    """From the waiting list to a place: offered where there is time to ask, else confirmed."""
    if given < sign_up.places:
        part(sign_up, given)
        count(places, taken=given)
    else:
        count(places, taken=given, waiting=-1)
    deadline = rules.offer_deadline(at, sign_up.activity.offer_hours, places.session.starts_at)
    if deadline is None:
        become(sign_up, SignUpState.CONFIRMED, at=at, letter="promoted", position=None)
        return
    become(
        sign_up,
        SignUpState.OFFERED,
        at=at,
        letter="offered",
        facts={"deadline": spoken_time(deadline, sign_up.whole.language)},
        offer_expires_at=deadline,
        position=None,
    )


def part(sign_up: SignUp, given: int) -> SignUp:
    """The party may be parted: the rest of it keeps its position, as a row of its own."""
    rest = sign_up.places - given
    remaining = SignUp.objects.create(
        activity=sign_up.activity,
        session=sign_up.session,
        part_of=sign_up.whole,
        state=SignUpState.WAITLISTED,
        party_size=rest,
        places=rest,
        accepts_split=True,
        position=sign_up.position,
        audience=sign_up.audience,
        language=sign_up.language,
        channel=sign_up.channel,
        created_at=sign_up.created_at,
        state_at=sign_up.state_at,
    )
    sign_up.places = sign_up.party_size = given
    sign_up.save(update_fields=["places", "party_size"])
    return remaining


def must_be_open(session: Session, at: datetime) -> None:
    if session.state != SessionState.OPEN or at >= session.starts_at:
        raise rules.SignUpClosed
