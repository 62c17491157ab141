"""Questions to the database over sessions, places and sign-ups."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.translation import get_language

from cms.accounts.models import User

from . import rules
from .enums import HOLDING, ActivityStatus, SignUpState
from .models import ActivityPage, Quota, Session, SessionPlaces, SignUp


def live_activity(year: int, slug: str) -> ActivityPage | None:
    """The public activity at `/open-day/<year>/<slug>/`, in the language of the reader."""
    language = get_language() or settings.LANGUAGE_CODE
    pages = (
        ActivityPage.objects.live()
        .public()
        .filter(
            slug=slug,
            locale__language_code=language,
            url_path__endswith=f"/open-day/{year}/{slug}/",
        )
    )
    return pages.select_related("locale", "department").first()


def sessions_of(activities: Sequence[ActivityPage]) -> dict[int, list[Session]]:
    """Original activity (number) → its public sessions with their places, earliest first."""
    keys = [activity.original.pk for activity in activities]
    sessions = Session.objects.shown().filter(activity__in=keys)
    found: dict[int, list[Session]] = {key: [] for key in keys}
    for session in sessions.select_related("places", "room"):
        found[session.activity_id].append(session)
    return found


def status_of(activity: ActivityPage, sessions: Sequence[Session], at: datetime) -> ActivityStatus:
    """What the list says of an activity, given its public sessions with their places."""
    facts = rules.Standing(
        admission=activity.admission,
        opens_at=activity.opens_at,
        closes_at=activity.closes_at,
        last_end=max((one.ends_at for one in sessions if one.takes_place), default=None),
        is_cancelled=bool(sessions) and all(not one.takes_place for one in sessions),
        places_left=sum(one.places.left_for_all for one in sessions if one.is_open),
    )
    return rules.status_of(facts, at)


def place_in_line(sign_up: SignUp) -> int | None:
    """The how-manieth on the waiting list, from 1; None for who is not on it."""
    if sign_up.state != SignUpState.WAITLISTED:
        return None
    before = Q(position__lt=sign_up.position) | Q(position=sign_up.position, pk__lt=sign_up.pk)
    return SignUp.objects.filter(before, session=sign_up.session_id).queue().count() + 1


def places_differences() -> dict[str, dict[str, int]]:
    """Session → its counters less the sums of its rows, where they differ; {} when all agree.

    Four queries however many sessions there are.
    """
    rows = SignUp.objects.order_by()
    held = rows.filter(state__in=HOLDING)
    for_all = dict(_summed(held.filter(quota=None), "session"))
    kept = dict(_summed(held.filter(quota__isnull=False), "quota"))
    waiting = rows.filter(state=SignUpState.WAITLISTED).values_list("session")
    lines = dict(waiting.annotate(parties=Count("pk")))
    found: dict[str, dict[str, int]] = {}
    for places in SessionPlaces.objects.select_related("session").order_by("pk"):
        compared = {
            "taken": places.taken - for_all.get(places.pk, 0),
            "waiting": places.waiting - lines.get(places.pk, 0),
            "open": int(places.is_open) - int(places.session.is_open),
        }
        _note(found, f"{places.pk} ({places.session})", compared)
    for quota in Quota.objects.select_related("session").order_by("pk"):
        compared = {f"kept {quota.pk}": quota.taken - kept.get(quota.pk, 0)}
        _note(found, f"{quota.session_id} ({quota.session})", compared)
    return found


def _summed(rows, by: str):
    return rows.values_list(by).annotate(sum=Sum("held"))


def _note(found: dict, name: str, compared: dict[str, int]) -> None:
    wrong = {what: difference for what, difference in compared.items() if difference}
    if wrong:
        found.setdefault(name, {}).update(wrong)


def officials_who(right: str):
    """Officials with an address who have a right by their role."""
    app, codename = right.split(".")
    return (
        User.objects.filter(
            is_active=True,
            groups__permissions__codename=codename,
            groups__permissions__content_type__app_label=app,
        )
        .exclude(email="")
        .distinct()
    )
