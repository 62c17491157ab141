"""Forms without a cookie. A citizen has no session that a foreign page could misuse; what is left
to refuse is a foreign page that makes its visitors send something here."""

from functools import wraps
from urllib.parse import urlsplit

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def own_forms_only(view):
    """For a view whose forms go out without a cookie: POST from another site is refused.

    Browsers name the site a form stands on (Origin). A form of ours is also bound to its signed
    submission key or to a query code, so nothing here rests on who the browser belongs to.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and _comes_from_elsewhere(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def _comes_from_elsewhere(request) -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()
