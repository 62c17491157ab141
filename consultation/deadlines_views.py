from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from .deadlines import catalogues, deadlines_of, numbers_of


@require_safe
def deadlines(request, year: int):
    """All consultations of a year: what was due when, kept, late with its reason, or open."""
    years = catalogues(Locale.get_active())
    page = next((catalogue for catalogue in years if catalogue.year == year), None)
    if page is None:
        raise Http404
    entries = deadlines_of(page, request.arrived_at)
    frame = page.page_furniture(request)
    title = _("Time limits kept and missed, %(year)d") % {"year": year}
    context = {
        "page": page,
        "title": title,
        "entries": entries,
        "numbers": numbers_of(entries),
        "years": years,
        **frame,
        "breadcrumb": [
            *frame["breadcrumb"],
            {"title": title, "url": f"{page.url}deadlines/"},
        ],
        "language_links": [
            {**link, "url": f"{link['url']}deadlines/"} for link in frame["language_links"]
        ],
        "canonical": f"{page.full_url}deadlines/",
    }
    return render(request, "consultation/deadlines.html", context)
