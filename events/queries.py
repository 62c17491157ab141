"""Questions to the database over sessions, places and sign-ups."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Locale

from . import rules
from .enums import ActivityStatus
from .models import ActivityPage, Session


def live_activity(year: int, slug: str) -> ActivityPage | None:
    """The public activity at `/open-day/<year>/<slug>/`, in the language of the reader."""
    language = get_language() or settings.LANGUAGE_CODE
    locale = Locale.objects.filter(language_code=language).first()
    pages = (
        ActivityPage.objects.live()
        .public()
        .filter(slug=slug, locale=locale, url_path__endswith=f"/{year}/{slug}/")
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
