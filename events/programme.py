"""The programme of an open day as the public reads it: activities, sessions, what is left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import rules
from .enums import ActivityStatus, Admission, Audience, SignUpState
from .models import (
    ActivityPage,
    ActivityReportPage,
    Draw,
    OpenDayPage,
    Quota,
    Session,
    SignUp,
)
from .queries import status_of

TAKES_SIGN_UPS = frozenset({ActivityStatus.OPEN, ActivityStatus.FULL})


@dataclass(frozen=True)
class Wish:
    """What a reader asked the list for; an empty value asks for everything."""

    day: date | None = None
    place: str = ""
    audience: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.day or self.place or self.audience)


def wish_of(asked: Mapping[str, str]) -> Wish:
    """The wish in the questions of an address; what makes no sense there asks for nothing."""
    audience = asked.get("audience", "")
    return Wish(
        day=_day(asked.get("day", "")),
        place=asked.get("place", "").strip(),
        audience=audience if audience in Audience.values else "",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Standing:
    """A public session and what somebody new can get of it."""

    session: Session
    left: int
    kept: int = 0
    entered: int = 0
    draw: Draw | None = None

    @property
    def capacity(self) -> int:
        return self.session.places.capacity

    @property
    def waiting(self) -> int:
        return self.session.places.waiting

    @property
    def day(self) -> date:
        return timezone.localdate(self.session.starts_at)

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.session.ends_at)

    @property
    def is_cancelled(self) -> bool:
        return not self.session.takes_place

    def is_over(self, at: datetime) -> bool:
        return at >= self.session.ends_at

    def takes_sign_ups(self, at: datetime) -> bool:
        """Whether the form offers it, the window of the activity being open."""
        return self.session.is_open and at < self.session.starts_at


@dataclass(frozen=True)
class Entry:
    """One activity of the programme: the page in the reader's language, the facts of the first.

    Sessions, window and admission are those of the original, whatever a translation says.
    """

    page: ActivityPage
    original: ActivityPage
    sessions: Sequence[Standing]
    status: ActivityStatus
    report: ActivityReportPage | None = None

    @property
    def is_open(self) -> bool:
        return self.status in TAKES_SIGN_UPS

    @property
    def is_draw(self) -> bool:
        return self.original.admission == Admission.DRAW

    @property
    def left(self) -> int:
        return sum(one.left for one in self.sessions)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.sessions)

    @property
    def shows_places(self) -> bool:
        """Where places are given as people come, the list says how many are left."""
        return self.is_open and self.original.admission == Admission.FIRST_COME

    @property
    def days(self) -> list[date]:
        return sorted({one.day for one in self.sessions})

    def fulfils(self, wish: Wish) -> bool:
        audiences = self.original.audiences
        return (
            (wish.day is None or wish.day in self.days)
            and (not wish.place or wish.place == self.page.place)
            and (not wish.audience or not audiences or wish.audience in audiences)
        )


def spoken(one: Standing) -> str:
    """A session as the form offers it: when it is, and what can be got of it."""
    starts, ends = (timezone.localtime(at) for at in (one.session.starts_at, one.session.ends_at))
    day = date_format(starts, "DATE_FORMAT")
    when = f"{day} {date_format(starts, 'D')} {starts:%H:%M}–{ends:%H:%M}"
    return f"{when} · {_left_of(one)}"


def _left_of(one: Standing) -> str:
    if one.session.activity.admission == Admission.DRAW:
        return _("lots are drawn")
    if one.session.activity.admission == Admission.SELECTION:
        return _("the organiser selects")
    if one.left:
        places = ngettext("%(number)d place left", "%(number)d places left", one.left)
        return places % {"number": one.left}
    if one.waiting:
        full = ngettext(
            "full, %(number)d party on the waiting list",
            "full, %(number)d parties on the waiting list",
            one.waiting,
        )
        return full % {"number": one.waiting}
    return _("full: you join the waiting list")


@dataclass(frozen=True)
class Choices:
    """What a programme can be filtered by: only what is in it."""

    days: list[date] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    audiences: list[tuple[str, str]] = field(default_factory=list)


def programme(open_day: OpenDayPage, at: datetime) -> list[Entry]:
    """The public activities of an open day: what is still to come first, in its order.

    As many queries for one activity as for fifty.
    """
    pages = ActivityPage.objects.child_of(open_day).live().public()
    found = list(pages.select_related("locale", "department").defer("notes"))
    entries = entries_of(found, at, reports=_reports(open_day))
    return sorted(entries, key=lambda entry: (entry.status in _GONE, _first_come(entry)))


def _first_come(entry: Entry) -> tuple:
    starts = [one.session.starts_at for one in entry.sessions]
    return (not starts, min(starts, default=None), entry.page.path)


def _reports(open_day: OpenDayPage) -> dict[str, ActivityReportPage]:
    """Path of the activity → its public report."""
    found = ActivityReportPage.objects.descendant_of(open_day).live().public()
    reports = found.select_related("locale").defer_streamfields()
    return {report.path[: -report.steplen]: report for report in reports}


def entries_of(
    pages: Sequence[ActivityPage],
    at: datetime,
    *,
    reports: Mapping[str, ActivityReportPage] | None = None,
    with_draws: bool = False,
) -> list[Entry]:
    """Each activity with its public sessions, in the order given."""
    originals = _originals(pages)
    standings = standings_of(originals.values(), with_draws=with_draws)
    entries = []
    for page in pages:
        original = originals[page.pk]
        sessions = standings.get(original.pk, [])
        status = status_of(original, [one.session for one in sessions], at)
        if status == ActivityStatus.OPEN and _is_full(original, sessions, at):
            status = ActivityStatus.FULL
        report = (reports or {}).get(page.path)
        entries.append(Entry(page, original, sessions, status, report))
    return entries


def _is_full(original: ActivityPage, sessions: Sequence[Standing], at: datetime) -> bool:
    """Full also where the shared room is, or where what is left has begun already."""
    if original.admission != Admission.FIRST_COME:
        return False
    return not any(one.left for one in sessions if one.takes_sign_ups(at))


def _originals(pages: Sequence[ActivityPage]) -> dict[int, ActivityPage]:
    """Number of a page → the page of the first language, in one query for all of them."""
    keys = [
        page.translation_key
        for page in pages
        if page.locale.language_code != settings.LANGUAGE_CODE
    ]
    first = ActivityPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    found = {}
    if keys:
        wanted = first.filter(translation_key__in=keys).select_related("locale")
        found = {page.translation_key: page for page in wanted}
    originals = {}
    for page in pages:
        originals[page.pk] = page.original = found.get(page.translation_key, page)
    return originals


def standings_of(
    originals: Iterable[ActivityPage], *, with_draws: bool = False
) -> dict[int, list[Standing]]:
    """Number of an activity → its public sessions, earliest first, and what is left of each."""
    by_number = {original.pk: original for original in originals}
    sessions = list(
        Session.objects.shown().filter(activity__in=by_number).select_related("places", "room")
    )
    for session in sessions:
        session.activity = by_number[session.activity_id]
    rooms = _room_left(sessions)
    draws, entered = _draws(sessions) if with_draws else ({}, {})
    kept = _kept(sessions) if with_draws else {}
    found: dict[int, list[Standing]] = {number: [] for number in by_number}
    for session in sessions:
        left = session.places.left_for_all if session.is_open else 0
        found[session.activity_id].append(
            Standing(
                session=session,
                left=max(0, min(left, rooms.get(session.pk, left))),
                kept=kept.get(session.pk, 0),
                entered=entered.get(session.pk, 0),
                draw=draws.get(session.pk),
            )
        )
    return found


def _room_left(sessions: Sequence[Session]) -> dict[int, int]:
    """Session in a shared room → how many places the room still has for it."""
    rooms = {session.room_id for session in sessions if session.room_id and session.is_open}
    if not rooms:
        return {}
    beside = (
        Session.objects.filter(room__in=rooms)
        .exclude(state="cancelled")
        .select_related("places", "room", "activity")
        .annotate(kept=Sum("quotas__taken", default=0))
    )
    loads = {one.pk: (one, _load(one)) for one in beside}
    left = {}
    for session in sessions:
        if session.pk not in loads:
            continue
        own = loads[session.pk][1]
        others = [
            load
            for pk, (one, load) in loads.items()
            if pk != session.pk and one.room_id == session.room_id
        ]
        people = rules.room_left(session.room.capacity, own, others)
        each = rules.people_at_most(session.activity.unit, session.activity.party_max, 1)
        left[session.pk] = people // each
    return left


def _load(session: Session) -> rules.Load:
    activity = session.activity
    taken = session.places.taken + session.kept
    people = rules.people_at_most(activity.unit, activity.party_max, taken)
    return rules.Load(session.starts_at, session.ends_at, people)


def _draws(sessions: Sequence[Session]) -> tuple[dict[int, Draw], dict[int, int]]:
    """Session → its draw, and how many parties are in the pot; nothing where none is drawn."""
    drawn = [one.pk for one in sessions if one.activity.admission == Admission.DRAW]
    if not drawn:
        return {}, {}
    draws = Draw.objects.filter(session__in=drawn).defer("file", "sealed_seed")
    pot = SignUp.objects.filter(session__in=drawn, state=SignUpState.SUBMITTED)
    counted = pot.order_by().values("session").annotate(parties=Count("pk"))
    return (
        {draw.session_id: draw for draw in draws},
        {row["session"]: row["parties"] for row in counted},
    )


def _kept(sessions: Sequence[Session]) -> dict[int, int]:
    """Session → places that are kept for groups now."""
    quotas = Quota.objects.filter(session__in=sessions, ended_at__isnull=True)
    rows = quotas.order_by().values("session").annotate(places=Sum("capacity"))
    return {row["session"]: row["places"] for row in rows}


def choices_of(entries: Sequence[Entry]) -> Choices:
    audiences = {value for entry in entries for value in entry.original.audiences}
    return Choices(
        days=sorted({day for entry in entries for day in entry.days}),
        places=sorted({entry.page.place for entry in entries if entry.page.place}),
        audiences=[(value, label) for value, label in Audience.choices if value in audiences],
    )


def live_open_day(year: int, language: str) -> OpenDayPage | None:
    """The public open day at ``/open-day/<year>/`` in a language."""
    pages = (
        OpenDayPage.objects.live()
        .public()
        .filter(locale__language_code=language, url_path__endswith=f"/open-day/{year}/")
    )
    return pages.select_related("locale").first()


def upcoming(language: str, at: datetime, most: int) -> list[Entry]:
    """Activities that somebody can still come to, the next first; for the front page."""
    near = Q(pk__in=_originals_still_ahead(at))
    if language != settings.LANGUAGE_CODE:
        keys = ActivityPage.objects.filter(near).values("translation_key")
        near = Q(translation_key__in=keys)
    pages = ActivityPage.objects.live().public().filter(near, locale__language_code=language)
    found = list(pages.select_related("locale", "department").defer_streamfields())
    entries = [entry for entry in entries_of(found, at) if entry.status not in _GONE]
    return sorted(entries, key=_first_come)[:most]


_GONE = frozenset({ActivityStatus.CANCELLED, ActivityStatus.ENDED})


def _originals_still_ahead(at: datetime):
    return Session.objects.shown().filter(ends_at__gt=at).values("activity")
