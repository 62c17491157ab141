"""What time brings about, each safe to run twice or late: `home.due` calls these."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cms.letters.channels import channel_for
from cms.record.actions import record
from cms.record.models import Event

from .. import rules
from ..enums import EndCause, SessionState, SignUpState
from ..letters import address_of, tell, warn_of_difference
from ..models import Companion, SignUp
from ..queries import officials_who, places_differences
from .signups import BLANK, Held, end, locked

COMPARED = "events.places_compared"
RATE_AFTER = timedelta(hours=2)
RATE_WITHIN = timedelta(days=14)


class PlacesDiffer(Exception):
    """The counters of a session are not the sum of its sign-ups: somebody has to look."""


def expire_offers(at: datetime) -> int:
    """Offers nobody answered in time: their places go to the next."""
    due = SignUp.objects.filter(state=SignUpState.OFFERED, offer_expires_at__lte=at)
    return sum(_expire(one, at) for one in due.select_related("session").order_by("pk"))


@transaction.atomic
def _expire(sign_up: SignUp, at: datetime) -> bool:
    held = locked(sign_up)
    one = held.sign_up
    if one.state != SignUpState.OFFERED or rules.offer_is_open(one.offer_expires_at, at):
        return False
    end(held, SignUpState.EXPIRED, EndCause.TIME, at=at, letter="expired")
    return True


def release_unconfirmed(at: datetime) -> int:
    """Places of parties that were asked and did not say they are coming, the evening before.

    Only where the editor said so and the page says so; never of somebody no letter can reach.
    """
    due = SignUp.objects.filter(
        state=SignUpState.CONFIRMED,
        activity__releases_unconfirmed=True,
        is_coming__isnull=True,
        reminded_last_at__isnull=False,
        session__state=SessionState.OPEN,
        session__starts_at__gt=at,
        part_of=None,
    ).select_related("session", "receipt", "part_of")
    return sum(
        _release(one, at)
        for one in due.order_by("pk")
        if at >= rules.unconfirmed_released_at(one.session.starts_at)
        and channel_for(address_of(one))
    )


@transaction.atomic
def _release(sign_up: SignUp, at: datetime) -> bool:
    held: Held = locked(sign_up)
    if held.sign_up.state != SignUpState.CONFIRMED or held.sign_up.is_coming is not None:
        return False
    end(held, SignUpState.RELEASED, EndCause.TIME, at=at, letter="released")
    return True


def remind(at: datetime) -> int:
    """Three days and one day before, each party with a place is asked whether it is coming."""
    coming = SignUp.objects.filter(
        state=SignUpState.CONFIRMED,
        reminded_last_at__isnull=True,
        part_of=None,
        session__state=SessionState.OPEN,
        session__starts_at__gt=at,
        session__starts_at__lte=at + timedelta(days=rules.FIRST_REMINDER_DAYS + 1),
    ).select_related("session")
    return sum(_remind(one, at) for one in coming.order_by("pk"))


@transaction.atomic
def _remind(sign_up: SignUp, at: datetime) -> bool:
    which = rules.reminder_due(sign_up.session.starts_at, at)
    is_last = which == rules.LAST_REMINDER_DAYS
    if not which or (sign_up.reminded_at and not is_last):
        return False
    one = locked(sign_up).sign_up
    if one.state != SignUpState.CONFIRMED or one.reminded_last_at:
        return False
    one.reminded_at = one.reminded_at or at
    one.reminded_last_at = at if is_last else None
    one.save(update_fields=["reminded_at", "reminded_last_at"])
    day = one.session.starts_at.date().isoformat()
    letter = "reminder_last" if is_last else "reminder"
    tell(
        letter,
        one,
        at=at,
        once=f"{one.session_id}:{day}:{which}",
        is_coming=bool(one.is_coming),
        released=one.activity.releases_unconfirmed and not one.is_coming,
    )
    return True


def invite_to_rate(at: datetime) -> int:
    """Who came is asked, a little later, how it was."""
    came = SignUp.objects.filter(
        state=SignUpState.ATTENDED,
        invited_to_rate_at__isnull=True,
        part_of=None,
        session__ends_at__lte=at - RATE_AFTER,
        session__ends_at__gt=at - RATE_WITHIN,
    )
    return sum(_invite_to_rate(one, at) for one in came.order_by("pk"))


@transaction.atomic
def _invite_to_rate(sign_up: SignUp, at: datetime) -> bool:
    one = (
        SignUp.objects.select_for_update(of=("self",))
        .select_related("activity", "session", "receipt", "part_of")
        .get(pk=sign_up.pk)
    )
    if one.invited_to_rate_at or one.state != SignUpState.ATTENDED:
        return False
    one.invited_to_rate_at = at
    one.save(update_fields=["invited_to_rate_at"])
    tell("rate", one, at=at, once="rate")
    return True


def purge_sign_ups(at: datetime) -> dict[str, int]:
    """Six months after the day nothing says any more who came (rulebook I9)."""
    last = at - timedelta(days=rules.KEPT_DAYS)
    due = SignUp.objects.filter(purged_at__isnull=True, session__ends_at__lte=last)
    keys = list(due.values_list("pk", flat=True))
    with transaction.atomic():
        Companion.objects.filter(sign_up__in=keys).update(name="")
        SignUp.objects.filter(pk__in=keys).update(**BLANK, rating_text="", purged_at=at)
    return {"sign_ups": len(keys)}


def reconcile(at: datetime) -> bool:
    """Once a day every counter is compared with its rows. False: it has been done today.

    A difference is on record, is written to whoever manages sessions, and is refused with
    PlacesDiffer, which says where.
    """
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if Event.objects.filter(verb=COMPARED, at__gte=today).exists():
        return False
    wrong = places_differences()
    named = list(wrong)
    result = "failed" if wrong else "done"
    record(COMPARED, None, at=at, result=result, data={"sessions": named})
    if wrong:
        for person in officials_who("events.manage_session"):
            warn_of_difference(person, named, at=at)
        raise PlacesDiffer(wrong)
    return True
