from django.http import HttpResponseForbidden
from django.shortcuts import redirect
from wagtail import hooks

from cms.record.actions import record

from .middleware import tell_what_is_missing
from .queries import file_is_public


@hooks.register("before_publish_page")
def say_what_is_missing(request, page):
    """The person at the editor reads what is missing; the guard behind it refuses everyone."""
    problems = page.specific.clearance_problems() if hasattr(page, "clearance_problems") else []
    if not problems:
        return None
    record(
        "clearance.publication_refused",
        page,
        by=request.user,
        at=request.arrived_at,
        result="refused",
    )
    tell_what_is_missing(request, [str(problem.text) for problem in problems])
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_serve_document")
def keep_unreviewed_files_private(document, request):
    if request.user.has_perm("wagtailadmin.access_admin") or file_is_public(document):
        return None
    return HttpResponseForbidden()
