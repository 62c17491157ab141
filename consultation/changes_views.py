from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import changes as found
from .models import AdoptionReportPage
from .queries import live_consultation


@require_safe
def changes(request, year: int, slug: str):
    """What changed from one published version to another, and because of whose opinions."""
    page = live_consultation(year, slug)
    if page is None or not page.original.live:
        raise Http404
    versions = found.public_versions(page.original)
    try:
        old, new = found.chosen_versions(versions, request.GET)
    except (found.UnknownVersion, IndexError) as error:
        raise Http404 from error
    report = _public_report(page)
    all_changes = found.changes_between(old, new)
    context = {
        "page": page,
        "versions": versions,
        "old": old,
        "new": new,
        "view": "side" if request.GET.get("view") == "side" else "text",
        "report": report,
        "changes": [change for change in all_changes if change.is_change],
        "numbers": found.numbers_of(all_changes),
        "stretches": list(found.stretches(all_changes, found.causes_by_article(report))),
        **_frame(request, page),
    }
    return render(request, "consultation/changes.html", context)


def _public_report(page) -> AdoptionReportPage | None:
    sibling = page.live_report or page.original.live_report
    if sibling is None:
        return None
    reports = AdoptionReportPage.objects.live().public().select_related("snapshot")
    return reports.filter(pk=sibling.pk).first()


def _frame(request, page) -> dict:
    """As the consultation's own page has it, one step further down."""
    frame = page.page_furniture(request)
    title = _("What changed")
    address = f"{page.url}changes/"
    return {
        **frame,
        "changes_title": title,
        "consultation_url": page.url,
        "breadcrumb": [*frame["breadcrumb"], {"title": title, "url": address}],
        "language_links": [
            {**link, "url": f"{link['url']}changes/"} for link in frame["language_links"]
        ],
        "canonical": f"{page.full_url}changes/",
    }
