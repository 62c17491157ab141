"""What officials do for a party: sign it up, invite it, and let it in at the door."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from cms.intake import actions as intake
from cms.record.actions import record

from .. import rules
from ..enums import (
    Channel,
    CheckInOutcome,
    QuotaKind,
    SessionState,
    SignUpState,
)
from ..models import CheckIn, Quota, Session, SignUp
from ..party import Party
from . import places as counting
from .signups import KIND, described, enter, place_of, refusing_a_second


@dataclass(frozen=True)
class Name:
    """Whom an official enters; both may be left out at the door."""

    name: str = ""
    phone: str = ""


@counting.retried
def enter_sign_up(
    session: Session,
    party: Party,
    *,
    name: Name,
    channel: Channel,
    quota: Quota | None = None,
    by,
    at: datetime,
) -> SignUp:
    """An official signs somebody up who rang or came by: under the same locks as the public.

    From kept places where a quota is named (NoPlacesLeft when these are gone); else confirmed,
    on the waiting list behind all others, or in the pot where lots are drawn. The window does
    not bind officials.
    """
    with refusing_a_second(), transaction.atomic():
        known = _described(session, party, name, channel, by, at)
        if quota is None:
            enter(known, party, place_of(known), at=at, by=by)
        else:
            known.quota = quota
            enter(known, party, _place_kept, at=at, by=by)
    return known


def _described(session: Session, party: Party, name: Name, channel: Channel, by, at) -> SignUp:
    found = Session.objects.select_related("activity").get(pk=session.pk)
    if found.state != SessionState.OPEN or at >= found.ends_at:
        raise rules.SignUpClosed
    receipt = intake.receipt_from_desk(
        kind=KIND, contact_name=name.name, contact=name.phone, wants_letter=True, at=at
    )
    if name.name or name.phone:
        intake.keep_contact_until([receipt], rules.kept_until(found.ends_at))
    return described(
        found.activity, found, party, at=at, receipt=receipt, channel=channel, entered_by=by
    )


def _place_kept(known: SignUp) -> SignUpState:
    counting.lock_places(known.session)
    if not counting.take_kept(known.quota, known.places):
        raise rules.NoPlacesLeft
    return SignUpState.CONFIRMED


@counting.retried
def invite(
    session: Session,
    party: Party,
    *,
    name: Name,
    answer_by: datetime,
    by,
    at: datetime,
) -> SignUp:
    """定向邀请: a place is held until somebody answers; from those kept for guests first."""
    with refusing_a_second(), transaction.atomic():
        known = _described(session, party, name, Channel.INVITED, by, at)
        known.offer_expires_at = min(answer_by, known.session.starts_at)
        known.quota = _quota(session, QuotaKind.INVITED)
        enter(known, party, _place_held, at=at, by=by, letter="invited")
    return known


def _place_held(known: SignUp) -> SignUpState:
    places = counting.lock_places(known.session)[known.session_id]
    if known.quota_id and counting.take_kept(known.quota, known.places):
        return SignUpState.OFFERED
    known.quota = None
    if not counting.take_under_lock(places, known.places):
        raise rules.NoPlacesLeft
    return SignUpState.OFFERED


def _quota(session: Session, kind: QuotaKind) -> Quota | None:
    return Quota.objects.filter(session=session, kind=kind, ended_at__isnull=True).first()


@counting.retried
def walk_in(
    session: Session, party: Party, *, name: Name | None = None, nonce: str, by, at: datetime
) -> SignUp:
    """Somebody stands at the door without a place: a real place is taken, or NoPlacesLeft.

    From the places kept for walk-ins first. Before the session starts nobody overtakes the
    waiting list; from then on who is there counts. The same nonce gives the same sign-up.
    """
    try:
        return _walk_in(session, party, name or Name(), nonce, by, at)
    except IntegrityError:  # sent twice at one moment
        if scan := _scanned(nonce):
            return scan.sign_up
        raise


def _walk_in(session: Session, party: Party, name: Name, nonce: str, by, at) -> SignUp:
    with refusing_a_second(), transaction.atomic():
        if scan := _scanned(nonce):
            return scan.sign_up
        known = _described(session, party, name, Channel.DOOR, by, at)
        known.quota = _quota(session, QuotaKind.WALK_IN)
        enter(known, party, lambda one: _place_at_door(one, at), at=at, by=by)
        _let_in(known, nonce=nonce, people=party.size, scanned_at=at, by=by, at=at)
    return known


def _place_at_door(known: SignUp, at: datetime) -> SignUpState:
    places = counting.lock_places(known.session)[known.session_id]
    if known.quota_id and counting.take_kept(known.quota, known.places):
        return SignUpState.CONFIRMED
    known.quota = None
    others_wait = places.waiting and at < known.session.starts_at
    if others_wait or counting.free_places(places) < known.places:
        raise rules.NoPlacesLeft
    counting.count(places, taken=known.places)
    return SignUpState.CONFIRMED


def check_in(
    sign_up: SignUp,
    session: Session,
    *,
    nonce: str,
    people: int | None = None,
    scanned_at: datetime,
    by,
    at: datetime,
) -> CheckIn:
    """A scan at the door of a session, now or queued while the door was offline.

    The same nonce counts once and gives the same answer; a second scan of one party is noted as
    such; a party without a place in this session is refused, and that is noted too.
    """
    try:
        return _check_in(sign_up, session, nonce, people, scanned_at, by, at)
    except IntegrityError:  # the same scan, sent twice at one moment
        if scan := _scanned(nonce):
            return scan
        raise


@transaction.atomic
def _check_in(sign_up, session, nonce, people, scanned_at, by, at) -> CheckIn:
    if scan := _scanned(nonce):
        return scan
    one = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up.pk)
    if one.session_id != session.pk:
        return _note(one, session, CheckInOutcome.REFUSED, nonce, 0, scanned_at, by, at)
    if one.state == SignUpState.ATTENDED:
        return _note(one, session, CheckInOutcome.AGAIN, nonce, 0, scanned_at, by, at)
    if not rules.may_become(one.state, SignUpState.ATTENDED):
        return _note(one, session, CheckInOutcome.REFUSED, nonce, 0, scanned_at, by, at)
    _let_in_parts(one, scanned_at, by, at)
    arrived = one.party_size if people is None else people
    return _let_in(one, nonce=nonce, people=arrived, scanned_at=scanned_at, by=by, at=at)


def _let_in_parts(one: SignUp, scanned_at: datetime, by, at: datetime) -> None:
    """A party that was parted and got all its places comes with one code."""
    parts = SignUp.objects.select_for_update().filter(
        part_of=one, session=one.session_id, state=SignUpState.CONFIRMED
    )
    for rest in parts:
        counting.become(rest, SignUpState.ATTENDED, at=at, by=by, checked_in_at=scanned_at)


def _scanned(nonce: str) -> CheckIn | None:
    return CheckIn.objects.filter(nonce=nonce).select_related("sign_up").first()


def _let_in(one: SignUp, *, nonce: str, people: int, scanned_at, by, at) -> CheckIn:
    counting.become(
        one,
        SignUpState.ATTENDED,
        at=at,
        by=by,
        checked_in_at=scanned_at,
        people_arrived=min(people, rules.LARGEST_PARTY),
    )
    return _note(one, one.session, CheckInOutcome.ADMITTED, nonce, people, scanned_at, by, at)


def _note(one, session, outcome, nonce, people, scanned_at, by, at) -> CheckIn:
    if outcome != CheckInOutcome.ADMITTED:
        record("events.scan_refused", one, by=by, at=at, result=str(outcome))
    return CheckIn.objects.create(
        nonce=nonce,
        session=session,
        sign_up=one,
        scanned_at=scanned_at,
        received_at=at,
        people=min(people, rules.LARGEST_PARTY),
        outcome=outcome,
        by=by,
    )


@transaction.atomic
def undo_check_in(sign_up: SignUp, *, by, at: datetime) -> None:
    """A wrong scan is taken back; the scan stays on the list."""
    one = SignUp.objects.select_for_update().get(pk=sign_up.pk)
    if one.state != SignUpState.ATTENDED:
        raise rules.NotPossibleNow(one.state)
    one.state, one.checked_in_at, one.people_arrived = SignUpState.CONFIRMED, None, None
    one.version += 1
    one.state_at = at
    one.save(update_fields=["state", "state_at", "version", "checked_in_at", "people_arrived"])
    record("events.check_in_undone", one, by=by, at=at)


@transaction.atomic
def answer_question(question, *, answer: str, is_frequent: bool, by, at: datetime) -> None:
    """An official answers; it becomes public with the report of the activity."""
    question.answer, question.is_frequent = answer, is_frequent
    question.answered_by, question.answered_at = by, at
    question.save(update_fields=["answer", "is_frequent", "answered_by", "answered_at"])
    record("events.question_answered", question, by=by, at=at)
