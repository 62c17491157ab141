"""What a party does by its own will: signs up, changes, cancels, answers, rates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from cms.accounts.private import blind_index, blind_indexes
from cms.intake import actions as intake
from cms.intake.codes import query_code
from cms.intake.keys import SubmissionKey
from cms.intake.models import Receipt
from cms.intake.rules import Limits
from cms.record.actions import record

from .. import rules
from ..enums import DECIDED_LATER, HOLDING, Channel, EndCause, SessionState, SignUpState
from ..letters import spoken_time, tell
from ..models import (
    ActivityPage,
    Companion,
    Draw,
    Question,
    Session,
    SessionPlaces,
    SignUp,
)
from ..models.signups import PERSON_PURPOSE
from ..party import Party
from . import places as counting

KIND = "sign_up"
ONE_PERSON = ("one_person_one_place", "person_index")
LETTERS = {
    SignUpState.CONFIRMED: "confirmed",
    SignUpState.WAITLISTED: "waiting",
    SignUpState.SUBMITTED: "submitted",
}


@dataclass(frozen=True)
class Taken:
    """A sign-up and what its party holds in hand."""

    sign_up: SignUp
    receipt: Receipt
    query_code: str
    is_new: bool


def sign_up_limits() -> Limits:
    per_network = settings.JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR
    return Limits(
        per_network_per_hour=per_network,
        by_question_per_network_per_hour=per_network // 4,
        per_contact_per_day=settings.JIANYAN_SIGN_UPS_PER_CONTACT_PER_DAY,
    )


@counting.retried
def sign_up(
    activity: ActivityPage,
    session_key,
    party: Party,
    *,
    intake_data: dict,
    network_address: str,
    at: datetime,
) -> Taken:
    """Sign a party up for one session (plan 2023, III.3); the place is confirmed or it waits.

    ``at`` is the moment the request arrived: it decides whether the window was open. The same
    submission key gives the same sign-up. Refuses with SignUpClosed, NotAllowed,
    AlreadySignedUp or TooManySubmissions; nothing is taken then.
    """
    original = activity.original
    if not original.takes_sign_ups(at):
        return _sent_before(intake_data["key"])
    party.check(original)
    with refusing_a_second(), transaction.atomic():
        session = open_session(original, session_key, at)
        receipt, code, is_new = intake.take_in(
            kind=KIND,
            network_address=network_address,
            at=at,
            delete_contact_on=rules.kept_until(session.ends_at),
            limits=sign_up_limits(),
            **intake_data,
        )
        if not is_new:
            return Taken(receipt.sign_up, receipt, code, is_new)
        known = described(original, session, party, at=at, receipt=receipt)
        enter(known, party, place_of(known), at=at)
    return Taken(known, receipt, code, is_new)


class refusing_a_second:  # noqa: N801 - reads as what it does in a with statement
    """Turns the refusal of the database to sign one person up twice into ours."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, IntegrityError) and any(name in str(error) for name in ONE_PERSON):
            raise rules.AlreadySignedUp from error


def open_session(activity: ActivityPage, key, at: datetime) -> Session:
    """The announced session of this activity that has not started yet, or SignUpClosed."""
    sessions = Session.objects.filter(
        activity=activity, key=key, state=SessionState.OPEN, starts_at__gt=at
    )
    session = sessions.first()
    if session is None:
        raise rules.SignUpClosed
    session.activity = activity
    return session


def described(
    activity: ActivityPage, session: Session, party: Party, *, at: datetime, receipt, **facts
) -> SignUp:
    """The sign-up of a party, not saved yet, without a state."""
    with_guardian = party.guardian_consents
    return SignUp(
        activity=activity,
        session=session,
        receipt=receipt,
        person_index=person_index(receipt.contact),
        party_size=party.size,
        places=rules.places_needed(activity.unit, party.size),
        under_14=party.under_14,
        accepts_split=party.accepts_split,
        audience=party.audience,
        affiliation=party.affiliation,
        email=party.email,
        age=party.age,
        guardian_name=party.guardian_name if with_guardian else "",
        guardian_phone=party.guardian_phone if with_guardian else "",
        guardian_notice=party.guardian_notice if with_guardian else None,
        guardian_consented_at=at if with_guardian else None,
        needs=party.needs if party.needs_consented else "",
        needs_consented_at=at if party.needs and party.needs_consented else None,
        language=receipt.language,
        created_at=at,
        state_at=at,
        **facts,
    )


def person_index(contact: str) -> str:
    return blind_index(contact, PERSON_PURPOSE) if contact else ""


def enter(
    known: SignUp,
    party: Party,
    place: Callable[[SignUp], SignUpState],
    *,
    at: datetime,
    by=None,
    letter: str = "",
) -> None:
    """Gives the described sign-up its place and writes it with all that belongs to it."""
    _refuse_under_another_key(known)
    known.state = place(known)
    known.held = known.places if known.state in HOLDING else 0
    known.save(force_insert=True)
    if party.guests:
        Companion.objects.bulk_create(
            Companion(sign_up=known, name=guest.name, age=guest.age, is_child=guest.is_child)
            for guest in party.guests
        )
    if party.question:
        Question.objects.create(
            activity=known.activity, sign_up=known, text=party.question, asked_at=at
        )
    by = by or ("citizen" if known.channel == Channel.WEB else None)
    data = {"state": str(known.state), "places": known.places, "channel": str(known.channel)}
    record("events.signed_up", known, by=by, at=at, data=data)
    if known.channel != Channel.DOOR:
        tell(letter or LETTERS[known.state], known, at=at, **_facts(known))


def _facts(known: SignUp) -> dict:
    deadline = known.offer_expires_at
    return {
        "position": getattr(known, "place_in_line", 0),
        "deadline": spoken_time(deadline, known.language) if deadline else "",
    }


def place_of(known: SignUp) -> Callable[[SignUp], SignUpState]:
    """How this activity gives its places; by the form and at the desk alike."""
    return _in_the_pot if known.activity.admission in DECIDED_LATER else place_or_queue


def _refuse_under_another_key(known: SignUp) -> None:
    """While keys are changed one number has two indexes: the constraint sees only the new one."""
    indexes = blind_indexes(known.receipt.contact, PERSON_PURPOSE) if known.person_index else []
    if len(indexes) < 2:
        return
    live = SignUp.objects.live().filter(activity=known.activity_id)
    if live.filter(person_index__in=indexes).exists():
        raise rules.AlreadySignedUp


def _in_the_pot(known: SignUp) -> SignUpState:
    """Nothing is taken before the lots are drawn; a session called off meanwhile is closed."""
    places = SessionPlaces.objects.select_for_update(no_key=True).get(pk=known.session_id)
    drawn = Draw.objects.filter(session=known.session_id, drawn_at__isnull=False)
    if not places.is_open or drawn.exists():
        raise rules.SignUpClosed
    return SignUpState.SUBMITTED


def place_or_queue(known: SignUp) -> SignUpState:
    """Confirmed where there are places and nobody waits; else at the end of the waiting list."""
    if counting.take_at_once(known.session, known.places):
        return SignUpState.CONFIRMED
    places = counting.lock_places(known.session)[known.session_id]
    if not places.is_open:
        raise rules.SignUpClosed
    if counting.take_under_lock(places, known.places):
        return SignUpState.CONFIRMED
    known.position = counting.queue_up(places)
    known.place_in_line = places.waiting
    return SignUpState.WAITLISTED


def _sent_before(key: SubmissionKey) -> Taken:
    """A button pressed again after the close gives the receipt of the first press."""
    receipt = Receipt.objects.filter(kind=KIND, submission_key=key.value).first()
    if receipt is None:
        raise rules.SignUpClosed
    return Taken(receipt.sign_up, receipt, query_code(key.value, receipt.number), is_new=False)


@dataclass(frozen=True)
class Held:
    """A sign-up as it is now, with the locked places around it; changed by nobody else."""

    sign_up: SignUp
    locked: dict

    @property
    def places(self) -> SessionPlaces:
        return self.locked[self.sign_up.session_id]


def locked(sign_up: SignUp) -> Held:
    """Locks the places of its session, then reads the sign-up anew."""
    session = sign_up.session
    while True:
        rows = counting.lock_places(session)
        found = (
            SignUp.objects.select_related("activity", "session", "receipt", "part_of__receipt")
            .select_for_update(of=("self",))
            .get(pk=sign_up.pk)
        )
        if found.session_id in rows:
            return Held(found, rows)
        session = found.session  # moved to another session before it was locked


@counting.retried
@transaction.atomic
def cancel(sign_up: SignUp, *, at: datetime, by=None) -> None:
    """The party (or an official for it) gives its places back; they go to who waits.

    Consent is withdrawn as easily as given: when the party itself cancels, its data goes at once.
    """
    held = locked(sign_up)
    _must_be_changeable(held, at)
    cause = EndCause.STAFF if by else EndCause.PARTY
    end(held, SignUpState.CANCELLED, cause, letter="cancelled", at=at, by=by or "citizen")
    for rest in SignUp.objects.filter(part_of=held.sign_up).live():
        other = locked(rest)
        end(other, SignUpState.CANCELLED, cause, at=at, by=by or "citizen")
    if not by:
        forget(held.sign_up, by="citizen", at=at)


def end(held: Held, state: SignUpState, cause: EndCause, *, at: datetime, by=None, letter=""):
    """An end of a sign-up before the day, whatever its cause: places go back and are released."""
    one = held.sign_up
    freed, waited, quota = one.held, one.state == SignUpState.WAITLISTED, one.quota_id
    become(one, state, at=at, by=by, letter=letter, end_cause=cause, position=None)
    if freed:
        counting.give_back(held.places, quota, freed)
    if waited:
        counting.count(held.places, waiting=-1)
    if freed or waited:  # the first of the queue may have been too large for what is free
        counting.release(held.locked.values(), at=at)


def become(sign_up: SignUp, state: SignUpState, **told) -> None:
    counting.become(sign_up, state, **told)


def _must_be_changeable(held: Held, at: datetime) -> None:
    if not held.sign_up.is_changeable or at >= held.sign_up.session.starts_at:
        raise rules.NotPossibleNow(held.sign_up.state)


@counting.retried
@transaction.atomic
def change_party(sign_up: SignUp, party: Party, *, at: datetime, by=None) -> None:
    """More or fewer people. Fewer: the places go to who waits. More: only while there are places
    and nobody waits (NoPlacesLeft); who waits and grows goes to the end of the waiting list.
    """
    held = locked(sign_up)
    _must_be_changeable(held, at)
    one = held.sign_up
    if one.part_of_id or one.parts.live().exists():
        raise rules.NotPossibleNow("parted")
    party.check(one.activity)
    wanted = rules.places_needed(one.activity.unit, party.size)
    _change_places(held, wanted, at)
    one.party_size, one.places, one.under_14 = party.size, wanted, party.under_14
    one.held = wanted if one.state in HOLDING else 0
    one.version += 1
    _rewrite(one, party, at)
    record("events.party_changed", one, by=by or "citizen", at=at, data={"places": wanted})
    tell("changed", one, at=at)
    counting.release(held.locked.values(), at=at)


def _change_places(held: Held, wanted: int, at: datetime) -> None:
    one, more = held.sign_up, wanted - held.sign_up.places
    if more > 0 and not one.activity.window_is_open(at):
        raise rules.SignUpClosed
    if one.state == SignUpState.WAITLISTED and more > 0:
        counting.count(held.places, waiting=-1)
        one.position = counting.queue_up(held.places)
    elif one.state in HOLDING and more < 0:
        counting.give_back(held.places, one.quota_id, -more)
    elif one.state in HOLDING and more > 0 and not _take_more(held, more):
        raise rules.NoPlacesLeft


def _take_more(held: Held, more: int) -> bool:
    one = held.sign_up
    if one.state == SignUpState.OFFERED:
        return False
    if one.quota_id:
        return counting.take_kept(one.quota, more)
    return counting.take_under_lock(held.places, more)


def _rewrite(one: SignUp, party: Party, at: datetime) -> None:
    one.age, one.accepts_split = party.age, party.accepts_split
    if party.guardian_consents:
        one.guardian_name, one.guardian_phone = party.guardian_name, party.guardian_phone
        one.guardian_notice, one.guardian_consented_at = party.guardian_notice, at
    if party.needs_consented or not party.needs:
        one.needs = party.needs
        one.needs_consented_at = at if party.needs else None
    one.save()
    one.companions.all().delete()
    Companion.objects.bulk_create(
        Companion(sign_up=one, name=guest.name, age=guest.age, is_child=guest.is_child)
        for guest in party.guests
    )


@counting.retried
@transaction.atomic
def accept_offer(sign_up: SignUp, *, at: datetime, by=None) -> None:
    """The party takes the place that is held for it. Refuses with OfferExpired."""
    held = locked(sign_up)
    one = held.sign_up
    if one.state == SignUpState.CONFIRMED:
        return  # pressed twice
    if one.state != SignUpState.OFFERED:
        raise rules.NotPossibleNow(one.state)
    if not rules.offer_is_open(one.offer_expires_at, at):
        raise rules.OfferExpired
    become(
        one,
        SignUpState.CONFIRMED,
        at=at,
        by=by or "citizen",
        letter="confirmed",
        offer_expires_at=None,
    )


@counting.retried
@transaction.atomic
def decline_offer(sign_up: SignUp, *, at: datetime, by=None) -> None:
    """The party does not want the place; it goes to the next."""
    held = locked(sign_up)
    if held.sign_up.state == SignUpState.DECLINED:
        return
    if held.sign_up.state != SignUpState.OFFERED:
        raise rules.NotPossibleNow(held.sign_up.state)
    end(
        held,
        SignUpState.DECLINED,
        EndCause.STAFF if by else EndCause.PARTY,
        at=at,
        by=by or "citizen",
        letter="declined",
    )


@transaction.atomic
def confirm_coming(sign_up: SignUp, *, at: datetime, by=None) -> None:
    """Answer to a reminder: we are coming. Nothing is told back: it changes nothing."""
    one = SignUp.objects.select_for_update().select_related("session").get(pk=sign_up.pk)
    if one.state != SignUpState.CONFIRMED or at >= one.session.starts_at:
        raise rules.NotPossibleNow(one.state)
    if not one.is_coming:
        one.is_coming, one.answered_at = True, at
        one.save(update_fields=["is_coming", "answered_at"])
        record("events.coming_confirmed", one, by=by or "citizen", at=at)


def not_coming(sign_up: SignUp, *, at: datetime, by=None) -> None:
    """Answer to a reminder: we are not coming. The places go to who waits."""
    cancel(sign_up, at=at, by=by)


@transaction.atomic
def rate(sign_up: SignUp, *, rating: int, text: str = "", at: datetime) -> None:
    """What a party that came says of it (好差评); the latest counts."""
    one = SignUp.objects.select_for_update().get(pk=sign_up.pk)
    if one.state != SignUpState.ATTENDED:
        raise rules.NotPossibleNow(one.state)
    one.rating, one.rating_text, one.rated_at = rating, text, at
    one.save(update_fields=["rating", "rating_text", "rated_at"])
    record("events.rated", one, by="citizen", at=at, data={"rating": rating})


def forget(one: SignUp, *, by, at: datetime) -> None:
    """Deletes what says who they were; the numbers stay."""
    SignUp.objects.filter(pk=one.pk).update(**BLANK, purged_at=at)
    one.companions.update(name="")
    if one.receipt_id:
        intake.delete_contact(one.receipt, by=by, at=at)


BLANK = {
    "person_index": "",
    "affiliation": "",
    "email": "",
    "guardian_name": "",
    "guardian_phone": "",
    "needs": "",
}
