"""Open day activities for programs: ``/api/v1/activities/``."""

from datetime import date, datetime

from ninja import Field, Query, Schema

from cms.api.pages import a_part, address_of, local, one_page, page_facts, public_pages
from cms.api.registry import section
from cms.api.schemas import FAULTS, Asked, Choice, InLanguage, PageFacts

from .models import ActivityPage
from .programme import Entry, Standing, entries_of

router = section("activities")


class AskedActivities(Asked):
    year: int | None = Field(None, ge=1949, le=2200, description="Year of the open day")


class SessionFacts(Schema):
    key: str = Field(description="Names the session in every language, also in its draw")
    starts_at: datetime
    ends_at: datetime
    day: date
    room: str
    state: str
    tentative: bool
    places: int
    places_left: int = Field(description="What somebody new can get now")
    waiting: int = Field(description="Parties on the waiting list")


class Activity(PageFacts):
    theme: str
    place: str
    address: str
    status: Choice
    admission: Choice
    unit: str
    opens_at: datetime | None
    closes_at: datetime | None
    sign_up_url: str = Field(description="Empty while nobody can sign up")
    sessions: list[SessionFacts]


class ActivityList(Schema):
    items: list[Activity]
    next_after: str


@router.get("/", response={200: ActivityList, **FAULTS}, operation_id="activities")
def list_activities(request, asked: Query[AskedActivities]):
    """Activities of the open day with the places left, the newest announcement first."""
    pages = public_pages(ActivityPage).defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(url_path__contains=f"/open-day/{asked.year}/")
    found, end = a_part(pages, asked)
    entries = entries_of(found, request.arrived_at)
    return {"items": [_facts(entry, request) for entry in entries], "next_after": end}


@router.get("/{int:id}/", response={200: Activity, **FAULTS}, operation_id="activity")
def one_activity(request, id: int, asked: Query[InLanguage]):
    """One activity with its sessions."""
    page = one_page(public_pages(ActivityPage), id)
    return _facts(entries_of([page], request.arrived_at)[0], request)


def _facts(entry: Entry, request) -> dict:
    page, original = entry.page, entry.original
    address = address_of(page, request)
    return {
        **page_facts(page, request),
        "theme": page.theme,
        "place": page.place,
        "address": page.address,
        "status": {"code": entry.status.value, "label": str(entry.status.label)},
        "admission": {
            "code": original.admission,
            "label": original.get_admission_display(),
        },
        "unit": original.unit,
        "opens_at": local(original.opens_at),
        "closes_at": local(original.closes_at),
        "sign_up_url": f"{address}register/" if entry.is_open else "",
        "sessions": [_session(one) for one in entry.sessions],
    }


def _session(one: Standing) -> dict:
    session = one.session
    return {
        "key": str(session.key),
        "starts_at": local(session.starts_at),
        "ends_at": local(session.ends_at),
        "day": one.day,
        "room": session.room.display_name if session.room else "",
        "state": session.state,
        "tentative": session.is_tentative,
        "places": one.capacity,
        "places_left": one.left,
        "waiting": one.waiting,
    }
