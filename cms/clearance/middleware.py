"""A refusal reaches the person as words, on whichever way they came, and goes on record."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from cms.record.actions import record

from .rules import NotCleared, ReviewRefused


class Refusals:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NotCleared):
            return self._not_cleared(request, exception)
        if isinstance(exception, ReviewRefused):
            messages.error(request, str(exception))
            return redirect(request.headers.get("referer") or reverse("wagtailadmin_home"))
        return None

    def _not_cleared(self, request, refusal: NotCleared):
        page = refusal.page
        if page.pk:
            record(
                "clearance.publication_refused",
                page,
                by=request.user if request.user.is_authenticated else None,
                at=request.arrived_at,
                result="refused",
            )
        reasons = [str(problem.text) for problem in refusal.problems]
        if request.headers.get("accept", "").startswith("application/json"):
            return JsonResponse({"success": False, "errorMessage": " ".join(reasons)}, status=409)
        tell_what_is_missing(request, reasons)
        if page.pk:
            return redirect("wagtailadmin_pages:edit", page.pk)
        return redirect("wagtailadmin_explore_root")


def tell_what_is_missing(request, reasons) -> None:
    messages.error(
        request,
        format_html_join(
            "",
            "{}",
            [(_("Not published. Still missing:"),), *((f" {reason}",) for reason in reasons)],
        ),
    )
