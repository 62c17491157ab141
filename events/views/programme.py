from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from events import calendars, programme
from events import draw as lots
from events.models import Draw
from events.models.freshness import FRESH_SECONDS
from events.queries import live_activity

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
def calendar_of_year(request, year: int):
    """The programme as a calendar that can be subscribed to; one event a session."""
    open_day = programme.live_open_day(year, get_language())
    if open_day is None:
        raise Http404
    entries = programme.programme(open_day, request.arrived_at)
    file = calendars.programme_file(open_day.title, entries, request.arrived_at)
    response = HttpResponse(file, content_type=CALENDAR)
    response["Content-Disposition"] = f'inline; filename="open-day-{year}.ics"'
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


@require_safe
def draw_file(request, year: int, slug: str, key):
    """All that is needed to draw the lots of a session again (rulebook O7)."""
    activity = live_activity(year, slug)
    if activity is None:
        raise Http404
    draws = Draw.objects.filter(session__key=key, session__activity=activity.original)
    draw = draws.filter(drawn_at__isnull=False).first()
    if draw is None:
        raise Http404
    response = HttpResponse(lots.canonical(draw.file), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{key}.json"'
    return response
