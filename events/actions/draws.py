"""Lots and selections: a seed promised before, drawn after, and what each party is told."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cms.record.actions import record

from .. import draw as lots
from .. import rules
from ..enums import Admission, EndCause, SessionState, SignUpState
from ..models import Draw, Session, SessionPlaces, SignUp
from . import places as counting


@transaction.atomic
def commit_seed(session: Session, *, at: datetime, by=None) -> Draw:
    """Promise a seed: its SHA-256 is public from now on, itself only after the draw.

    Refuses with TooLateToPromise once the window has closed. Asked again, the first stands.
    """
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    promised = Draw.objects.filter(session=session).first()
    if promised is not None:
        return promised
    closes_at = session.activity.closes_at
    if closes_at is None or at >= closes_at:
        raise rules.TooLateToPromise
    seed = lots.new_seed()
    draw = Draw.objects.create(
        session=session,
        commitment=lots.commitment_of(seed),
        committed_at=at,
        sealed_seed=seed,
    )
    data = {"commitment": draw.commitment}
    record("events.seed_promised", session, by=by, at=at, data=data)
    return draw


@counting.retried
@transaction.atomic
def run_draw(session: Session, *, at: datetime, by=None) -> Draw:
    """Draw the lots of a session once its window has closed: places in the order of the lots,
    parties as one, the others as the waiting list. Everything needed to check it is published.

    Refuses with TooEarlyToDraw or NothingPromised. Run again, the first draw stands.
    """
    locked = counting.lock_places(session)
    places = locked[session.pk]
    draw = Draw.objects.select_for_update().filter(session=session).first()
    if draw is None:
        raise rules.NothingPromised
    if draw.drawn_at is not None:
        return draw
    activity = places.session.activity
    if activity.closes_at is None or at < activity.closes_at:
        raise rules.TooEarlyToDraw
    if places.session.state != SessionState.OPEN:
        raise rules.NotPossibleNow(places.session.state)
    parties = _pot(places)
    free = counting.free_places(places)
    draw.file = lots.draw_file(
        str(places.session.key), draw.sealed_seed, [_entry(one) for one in parties.values()], free
    )
    draw.seed, draw.drawn_at, draw.sha256 = draw.sealed_seed, at, lots.digest_of(draw.file)
    draw.save()
    record(
        "events.lots_drawn",
        places.session,
        by=by,
        at=at,
        data={"sha256": draw.sha256, "entries": len(parties), "places": free},
    )
    _give(draw.file, parties, places, at)
    return draw


def _pot(places: SessionPlaces) -> dict[str, SignUp]:
    """Entry → party, of all that wait for the draw."""
    submitted = SignUp.objects.filter(session=places.pk, state=SignUpState.SUBMITTED)
    parties = submitted.select_related("activity", "session", "receipt", "part_of")
    return {lots.entry_of(str(places.session.key), one.receipt.number): one for one in parties}


def _entry(one: SignUp) -> lots.Entry:
    may_be_parted = one.accepts_split and not one.under_14
    name = lots.entry_of(str(one.session.key), one.receipt.number)
    return lots.Entry(name, one.places, may_be_parted)


def _give(file: dict, parties: dict[str, SignUp], places: SessionPlaces, at: datetime) -> None:
    for entry, given in file["given"].items():
        one = parties[entry]
        if given < one.places:
            one.position = counting.queue_up(places)
            counting.part(one, given)
        counting.count(places, taken=given)
        counting.become(one, SignUpState.CONFIRMED, at=at, letter="drawn", position=None)
    for entry in file["waiting"]:
        if entry not in file["given"]:
            _queue(parties[entry], places, at)


def _queue(one: SignUp, places: SessionPlaces, at: datetime) -> None:
    position = counting.queue_up(places)
    counting.become(
        one,
        SignUpState.WAITLISTED,
        at=at,
        letter="not_drawn",
        facts={"position": places.waiting},
        position=position,
    )


def promise_seeds(at: datetime) -> int:
    """A seed for every announced session whose window is open and whose lots will be drawn."""
    sessions = _sessions_to_draw().filter(
        activity__opens_at__lte=at, activity__closes_at__gt=at, draw=None
    )
    return len([commit_seed(session, at=at) for session in sessions])


def run_draws(at: datetime) -> int:
    """Every draw whose seed was promised and whose window has closed. How many."""
    due = _sessions_to_draw().filter(
        activity__closes_at__lte=at, starts_at__gt=at, draw__drawn_at__isnull=True
    )
    return len([run_draw(session, at=at) for session in due.filter(draw__isnull=False)])


def _sessions_to_draw():
    return (
        Session.objects.filter(state=SessionState.OPEN, activity__admission=Admission.DRAW)
        .select_related("activity")
        .order_by("pk")
    )


@counting.retried
@transaction.atomic
def select(session: Session, chosen: Collection[SignUp], *, by, at: datetime) -> int:
    """遴选: an official gives places to parties of the pot; all of them, or NoPlacesLeft."""
    places = counting.lock_places(session)[session.pk]
    keys = [one.pk for one in chosen]
    parties = list(
        SignUp.objects.filter(session=session, pk__in=keys, state=SignUpState.SUBMITTED)
        .select_related("activity", "session", "receipt", "part_of")
        .order_by("pk")
    )
    if counting.free_places(places) < sum(one.places for one in parties):
        raise rules.NoPlacesLeft
    for one in parties:
        counting.count(places, taken=one.places)
        counting.become(one, SignUpState.CONFIRMED, at=at, by=by, letter="selected")
    return len(parties)


@counting.retried
@transaction.atomic
def finish_selection(session: Session, *, by, at: datetime) -> int:
    """All who were not selected are told so."""
    counting.lock_places(session)
    rest = SignUp.objects.filter(session=session, state=SignUpState.SUBMITTED)
    parties = list(rest.select_related("activity", "session", "receipt", "part_of"))
    for one in parties:
        counting.become(
            one,
            SignUpState.NOT_SELECTED,
            at=at,
            by=by,
            letter="not_selected",
            end_cause=EndCause.DECISION,
        )
    return len(parties)
