"""What a party sees and does behind the signed link of its letter. A GET changes nothing."""

from functools import wraps

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.intake.lookups import LookupRefused
from cms.intake.queries import notice_in_force
from events import calendars, links, lookups, rules
from events.actions import signups
from events.enums import Rating
from events.forms import ChangePartyForm
from events.models import SignUp

from .programme import CALENDAR
from .sign_ups import NOTICE, guardians_notice

LONGEST_RATING = 1000


def behind_the_link(view):
    """The sign-up of a signed link; wrong and outdated links are told so in words.

    The address is a key: it is neither handed to other sites nor kept or listed by anybody.
    Without a referrer browsers name no origin either; nothing here rests on one, for there is no
    session that a foreign page could misuse: whoever knows the address may do what it allows.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answered(request, token: str, *args, **kwargs):
        sign_up = _sign_up_of(token)
        if sign_up is None:
            response = render(request, "events/link_wrong.html", {"is_old": False}, status=404)
        elif sign_up.purged_at is not None:
            response = render(request, "events/link_wrong.html", {"is_old": True}, status=410)
        else:
            response = view(request, sign_up, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


def _sign_up_of(token: str) -> SignUp | None:
    try:
        key = links.read_manage_token(token)
    except links.LinkInvalid:
        return None
    related = ("activity__locale", "activity__department", "session__room", "receipt")
    return SignUp.objects.select_related(*related).filter(key=key).first()


@behind_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request, sign_up: SignUp):
    """See, cancel, answer, rate: each change a button of its own, sent by POST."""
    done, refused = "", ""
    wish = request.POST.get("wish", "")
    if wish:
        try:
            done = _fulfil(sign_up, wish, request)
        except LookupRefused as refusal:
            refused = str(refusal)
    sign_up = SignUp.objects.select_related("activity__locale", "session__room", "receipt").get(
        pk=sign_up.pk
    )
    return _show(request, sign_up, done, refused)


def _fulfil(sign_up: SignUp, wish: str, request) -> str:
    if wish != "rate":
        return lookups.fulfil(sign_up, wish, request.POST, request.arrived_at)
    rating = request.POST.get("rating", "")
    if rating not in Rating.values:
        raise LookupRefused(_("Please choose one of the five."))
    text = request.POST.get("text", "").strip()
    if len(text) > LONGEST_RATING:
        raise LookupRefused(_("Please write no more than 1,000 characters."))
    try:
        signups.rate(sign_up, rating=int(rating), text=text, at=request.arrived_at)
    except rules.NotPossibleNow as refusal:
        raise LookupRefused(_("Only who came can say how it was.")) from refusal
    return _("Thank you: your rating has been received.")


def _show(request, sign_up: SignUp, done: str = "", refused: str = ""):
    standing = lookups.standing(sign_up, request.arrived_at)
    if sign_up.purged_at is None and standing["may_confirm"]:
        standing["door_qr"] = door_qr(sign_up)
    context = {
        **standing,
        "token": links.manage_token(sign_up),
        "done": done,
        "refused": refused,
        "ratings": Rating.choices,
        "typed": request.POST.get("text", "") if refused else "",
        "language_links": [],
    }
    return render(request, "events/manage.html", context, status=409 if refused else 200)


def door_qr(sign_up: SignUp):
    """What is shown at the door: a signed number, no personal data."""
    code = segno.make(links.door_code(sign_up), micro=False, error="m", boost_error=False)
    svg = code.svg_inline(scale=4, unit="px", svgclass="qr-code", lineclass=None)
    # Drawn by the library from a code of ours.
    return mark_safe(svg)  # noqa: S308


@behind_the_link
@require_http_methods(["GET", "HEAD", "POST"])
def change_party(request, sign_up: SignUp):
    """More or fewer people, other companions; places go to who waits."""
    form = ChangePartyForm(
        request.POST if request.method == "POST" else None,
        sign_up=sign_up,
        guardian_notice=guardians_notice(request)
        or notice_in_force(NOTICE, timezone.localdate(request.arrived_at)),
    )
    if form.is_bound and form.is_valid():
        try:
            signups.change_party(sign_up, form.party(), at=request.arrived_at)
        except rules.NoPlacesLeft:
            form.add_error(
                "party_size", _("There are not that many places left. Nothing changed.")
            )
        except rules.SignUpClosed:
            form.add_error("party_size", _("Sign-up has closed: only fewer people are possible."))
        except rules.NotPossibleNow:
            form.add_error(None, _("This is not possible any more."))
        else:
            changed = SignUp.objects.select_related(
                "activity__locale", "session__room", "receipt"
            ).get(pk=sign_up.pk)
            return _show(request, changed, done=_("Your party is changed."))
    context = {
        "sign_up": sign_up,
        "activity": sign_up.activity,
        "token": links.manage_token(sign_up),
        "form": form,
        "language_links": [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "events/change_party.html", context, status=status)


@behind_the_link
@require_safe
def calendar_of_one(request, sign_up: SignUp):
    """The session for the calendar of the party; a later file takes the place of this one."""
    file = calendars.one_event_file(
        sign_up.session,
        sign_up.activity,
        f"{settings.BASE_URL}{links.manage_path(sign_up)}",
        sign_up.version,
        request.arrived_at,
    )
    response = HttpResponse(file, content_type=CALENDAR)
    response["Content-Disposition"] = 'attachment; filename="open-day.ics"'
    return response
