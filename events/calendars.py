"""Calendar files (RFC 5545): the programme of a year, and the session of one party."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from cms.record.models import Event as RecordedEvent

from .models import Session
from .programme import Entry
from .rules import SHANGHAI

PRODUCT = "-//Jianyan//Government Open Day//ZH"
CHANGES = ("events.session_moved", "events.session_cancelled")
SUBJECT = "events.session"


def programme_file(name: str, entries: Iterable[Entry], at: datetime) -> bytes:
    """One event for each public session, a cancelled one marked as such."""
    entries = list(entries)
    changes = changes_of([one.session for entry in entries for one in entry.sessions])
    calendar = _calendar(name)
    for entry in entries:
        address = entry.page.full_url or ""
        for one in entry.sessions:
            event = event_of(one.session, entry.page, address, at)
            event.add("sequence", changes.get(one.session.pk, 0))
            calendar.add_component(event)
    return _written(calendar)


def one_event_file(session: Session, page, address: str, sequence: int, at: datetime) -> bytes:
    """The session a party comes to, with the address at which it can change its mind."""
    calendar = _calendar(page.title)
    event = event_of(session, page, address, at)
    event.add("sequence", sequence)
    calendar.add_component(event)
    return _written(calendar)


def changes_of(sessions: Iterable[Session]) -> dict[int, int]:
    """Session → how often it was moved or called off: calendars take the highest number."""
    keys = [str(session.pk) for session in sessions]
    moved = RecordedEvent.objects.filter(
        subject_type=SUBJECT, subject_id__in=keys, verb__in=CHANGES
    )
    rows = moved.order_by().values("subject_id").annotate(times=Count("pk"))
    return {int(row["subject_id"]): row["times"] for row in rows}


def event_of(session: Session, page, address: str, at: datetime) -> Event:
    """A session as calendars read it; its name stays the same when it moves."""
    event = Event()
    event.add("uid", f"{session.key}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", at)
    event.add("dtstart", session.starts_at.astimezone(SHANGHAI))
    event.add("dtend", session.ends_at.astimezone(SHANGHAI))
    event.add("summary", page.title)
    event.add("status", _status(session))
    event.add("location", location_of(session, page))
    event.add("url", address)
    event.add("description", "\n".join(filter(None, [page.theme, session.reason, address])))
    return event


def location_of(session: Session, page) -> str:
    """Place, room and address in one line, as far as they are known."""
    room = session.room.display_name if session.room else ""
    parts = [part for part in (page.place, room, page.address) if part]
    return pgettext("between parts of an address", ", ").join(parts)


def _status(session: Session) -> str:
    if not session.takes_place:
        return "CANCELLED"
    return "TENTATIVE" if session.is_tentative else "CONFIRMED"


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(SHANGHAI))
    return calendar


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    return calendar.to_ical()
