from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from .actions import look_up
from .addresses import client_address
from .forms import LookupForm
from .lookups import LookupRefused, lookup_kind
from .origin import own_forms_only
from .proof import new_challenge
from .rating_views import RATE, offer_rating
from .rules import TooManySubmissions

LONGEST_KEY = 200


@never_cache
@require_GET
def challenge(request):
    """The calculation for one submission key; useless for any other."""
    token = request.GET.get("key", "")
    if not token or len(token) > LONGEST_KEY:
        return HttpResponseBadRequest()
    return JsonResponse(new_challenge(token))


@own_forms_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request):
    """One look-up for all forms: number and query code, never in an address."""
    if request.method != "POST":
        return _ask(request, LookupForm(initial={"number": request.GET.get("number", "")}))
    form = LookupForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        receipt = look_up(
            form.cleaned_data["number"],
            form.cleaned_data["code"],
            network_address=client_address(request),
            at=request.arrived_at,
        )
    except TooManySubmissions:
        form.add_error(None, _("Too many attempts. Please try again in an hour."))
        return _ask(request, form, status=429)
    if receipt is None:
        return _ask(request, form, not_found=True, status=404)
    return _show(request, receipt, form)


def _show(request, receipt, form):
    kind, done, refused = lookup_kind(receipt), "", ""
    wish = request.POST.get("wish", "")
    rated = request.POST if wish == RATE else None
    if wish and rated is None:
        try:
            done = kind.act(receipt, wish, request.POST, request.arrived_at)
        except LookupRefused as refusal:
            refused = str(refusal)
    receipt.refresh_from_db()
    offer = offer_rating(receipt, request.arrived_at, rated)
    context = {
        "receipt": receipt,
        "code": form.cleaned_data["code"],
        "details": kind.template,
        "done": done or offer.done,
        "refused": refused or offer.refused,
        "offer": offer,
        "typed": request.POST.get("text", "") if refused else "",
        **kind.show(receipt, request.arrived_at),
    }
    status = 409 if refused else offer.status
    return render(request, "intake/receipt.html", context, status=status)


def _ask(request, form, *, not_found=False, status=200):
    context = {"form": form, "not_found": not_found}
    return render(request, "intake/lookup.html", context, status=status)
