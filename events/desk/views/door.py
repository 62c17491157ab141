"""The door: a page that a phone keeps, the list it holds, and the scans it sends back."""

import json
import re
import secrets

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from cms.pages.desk import NeedsPermission

from ... import door as lists
from ...actions import door
from ...enums import CheckInOutcome, SignUpState
from ...links import LinkInvalid, read_door_code
from ...models import CheckIn, Session, SignUp
from ...rules import LARGEST_PARTY
from .. import queries
from ..forms import WalkInForm
from .base import ENTER, REFUSED, OwnPage, refusal

NONCE = re.compile(r"[0-9a-f]{32}")
MOST_SCANS = 500
LONGEST_CODE = 200


class AtDoor(NeedsPermission):
    """Views of the door of one session; one of another department does not exist."""

    permission_required = ENTER

    @cached_property
    def session(self) -> Session:
        seen = queries.activities_seen_by(self.request.user).order_by()
        sessions = Session.objects.filter(activity__in=seen.values("pk"))
        found = sessions.select_related("activity", "places", "room")
        return get_object_or_404(found, pk=self.kwargs["session"])

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def url(self, name: str) -> str:
        return reverse(f"open_day:{name}", args=[self.session.pk])


def words() -> dict[str, str]:
    """What the script of the door says."""
    return {
        "ready": _("List of %(time)s: %(n)s parties."),
        "noList": _("There is no list on this device yet. It needs the network once."),
        "expired": _("The list has ended and was deleted from this device."),
        "offline": _("No network. Scans are kept on this device and sent later."),
        "online": _("Connected."),
        "logIn": _("You have been logged out. Log in again; what was scanned is kept here."),
        "waiting": _("%(n)s check-ins wait to be sent."),
        "allSent": _("Everything has been sent."),
        "welcome": _("Welcome"),
        "people": _("%(n)s people"),
        "children": _("%(n)s of them under 14"),
        "again": _("Had checked in already at %(time)s."),
        "unknown": _("Not on this list. Ask for the last four digits, or call the office."),
        "asking": _("Not on this list: asking the server …"),
        "noCamera": _("This device shows no camera to the page. Search by the last four digits."),
        "refusedCamera": _(
            "The camera was not allowed. Search by the last four digits, or allow it in the "
            "settings of the browser."
        ),
        "ownReader": _("This browser reads no codes by itself: the reader of this page does."),
        "noReader": _("Codes cannot be read here. Search by the last four digits."),
        "scanning": _("Hold the code before the camera."),
        "nobody": _("Nobody with these digits is on the list."),
        "checkIn": _("Check in"),
        "arrived": _("came at %(time)s"),
        "notKept": _("This browser keeps nothing: check-ins work only with the network."),
        "damaged": _("The list did not arrive whole and was not taken over."),
        "clearAsk": _("Delete the list from this device?"),
        "clearLoses": _("%(n)s check-ins have not been sent and would be lost. Delete anyway?"),
        "cleared": _("Nothing is left on this device. You can close this page."),
    }


class DoorView(AtDoor, OwnPage):
    """签到: works without a script as a search with buttons, with one as a scanner, offline."""

    template_name = "events/desk/door.html"
    is_shell = False

    def get_context_data(self, **kwargs):
        own = {
            "session": self.session,
            "activity": self.session.activity,
            "words": words(),
            "is_shell": self.is_shell,
            **({} if self.is_shell else self._people()),
        }
        return super().get_context_data(**own | kwargs)

    def _people(self) -> dict:
        typed = self.request.GET.get("q", "").strip()
        found = search_at_door(self.session, typed) if typed else []
        for one in found:
            one.nonce = secrets.token_hex(16)
        return {
            "q": typed,
            "found": found,
            "counts": counts_at(self.session),
            "conflicts": queries.conflicts_at(self.session),
            "walk_in": WalkInForm(prefix="walk", initial={"nonce": secrets.token_hex(16)}),
        }


class ShellView(DoorView):
    """The page as a device keeps it: nobody's data is in it."""

    is_shell = True


def search_at_door(session: Session, typed: str) -> list[SignUp]:
    """By the last four digits of the mobile number, or the number of the receipt."""
    key = typed.replace(" ", "").upper()
    return [
        one
        for one in lists.parties_at(session)
        if key in (lists.last_digits(one), one.whole.receipt.number if one.whole.receipt else "")
    ]


def counts_at(session: Session) -> dict[str, int]:
    """People expected and people who came."""
    rows = SignUp.objects.filter(session=session).coming().order_by()
    return rows.aggregate(
        expected=Sum("party_size", default=0),
        arrived=Sum("people_arrived", default=0),
        parties=Count("pk", filter=Q(part_of=None)),
    )


class ListView(AtDoor, View):
    """The list as a device may hold it, and what it needs to send scans back."""

    http_method_names = ["get", "options"]

    def get(self, request, *args, **kwargs):
        made = lists.door_list(self.session, at=timezone.now())
        return JsonResponse(
            {
                "parties": made.parties,
                "issued": int(made.issued_at.timestamp() * 1000),
                "expires": int(made.expires_at.timestamp() * 1000),
                "sha256": made.sha256,
                "token": made.token,
                "csrf": get_token(request),
                "counts": counts_at(self.session),
                "conflicts": conflict_lines(self.session),
            },
            json_dumps_params={"ensure_ascii": False},
        )


class ScansView(AtDoor, View):
    """Scans, now or queued while there was no network: each counts once, whatever happens."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        session = self.session
        try:
            sent = json.loads(request.body)
            lists.check_token(str(sent["token"]), session)
            scans = sent["scans"]
            if not isinstance(scans, list) or len(scans) > MOST_SCANS:
                raise TypeError
        except lists.ListInvalid:
            return JsonResponse({"error": "list"}, status=409)
        except (ValueError, TypeError, KeyError):
            return JsonResponse({"error": "shape"}, status=400)
        results = [self._result(scan) for scan in scans]
        return JsonResponse(
            {
                "results": results,
                "counts": counts_at(session),
                "conflicts": conflict_lines(session),
            },
            json_dumps_params={"ensure_ascii": False},
        )

    def _result(self, scan: object) -> dict:
        if not isinstance(scan, dict) or not _is_nonce(scan.get("nonce")):
            return {"nonce": None, "outcome": "invalid", "text": _("This is no scan.")}
        party = _party(scan, self.session)
        if party is None:
            text = _("This code is not one of ours.")
            return {"nonce": scan["nonce"], "outcome": "unknown", "text": text}
        now = timezone.now()
        noted = door.check_in(
            party,
            self.session,
            nonce=scan["nonce"],
            people=_people(scan.get("people")),
            scanned_at=lists.scanned_at(scan.get("at"), self.session, now),
            by=self.request.user,
            at=now,
        )
        return {"nonce": scan["nonce"], "outcome": str(noted.outcome), "text": said_of(noted)}


def _is_nonce(value: object) -> bool:
    return isinstance(value, str) and NONCE.fullmatch(value) is not None


def _people(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value <= LARGEST_PARTY else None


def _party(scan: dict, session: Session) -> SignUp | None:
    """Named by its code, or by its number where it was found by search on the list."""
    parties = SignUp.objects.select_related("receipt", "part_of__receipt", "session")
    code, number = scan.get("code"), scan.get("id")
    if isinstance(code, str) and len(code) <= LONGEST_CODE:
        try:
            return parties.filter(key=read_door_code(code)).first()
        except LinkInvalid:
            return None
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63:
        return parties.filter(pk=number, session=session).first()
    return None


def said_of(scan: CheckIn) -> str:
    """What the door says to a scan."""
    one = scan.sign_up
    receipt = one.whole.receipt
    name = receipt.masked_name if receipt else ""
    if scan.outcome == CheckInOutcome.ADMITTED:
        return _("%(name)s · %(n)d people") % {"name": name, "n": scan.people}
    if scan.outcome == CheckInOutcome.AGAIN:
        came = timezone.localtime(one.checked_in_at or scan.scanned_at)
        return _("%(name)s had checked in already at %(time)s.") % {
            "name": name,
            "time": f"{came:%H:%M}",
        }
    if one.session_id != scan.session_id:
        return _("%(name)s has a place in another session: %(session)s.") % {
            "name": name,
            "session": one.session,
        }
    return _("%(name)s has no place: %(state)s.") % {
        "name": name,
        "state": one.get_state_display(),
    }


def conflict_lines(session: Session) -> list[dict]:
    return [
        {
            "text": said_of(scan),
            "at": int(scan.scanned_at.timestamp() * 1000),
            "by": (scan.by.get_full_name() or scan.by.username) if scan.by else "",
        }
        for scan in queries.conflicts_at(session)
    ]


class CheckInView(AtDoor, View):
    """One button beside somebody found by the last four digits; needs no script."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        key, nonce = request.POST.get("party", ""), request.POST.get("nonce", "")
        people = request.POST.get("people", "")
        party = get_object_or_404(
            SignUp, session=self.session, pk=int(key) if key.isascii() and key.isdigit() else 0
        )
        now = timezone.now()
        noted = door.check_in(
            party,
            self.session,
            nonce=nonce if _is_nonce(nonce) else secrets.token_hex(16),
            people=_people(int(people)) if people.isascii() and people.isdigit() else None,
            scanned_at=now,
            by=request.user,
            at=now,
        )
        is_in = noted.outcome == CheckInOutcome.ADMITTED
        (messages.success if is_in else messages.warning)(request, said_of(noted))
        return redirect(self.url("door"))


class WalkInView(DoorView):
    """Somebody without a place takes a real one, under the same lock as everybody."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        form = WalkInForm(request.POST, prefix="walk")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(walk_in=form), status=422)
        try:
            party = door.walk_in(
                self.session,
                form.party(),
                name=form.whom(),
                nonce=form.cleaned_data["nonce"],
                by=request.user,
                at=timezone.now(),
            )
        except REFUSED as error:
            form.add_error(None, refusal(error))
            return self.render_to_response(self.get_context_data(walk_in=form), status=409)
        said = _("Let in: %(n)d people.") % {"n": party.party_size}
        messages.success(request, said)
        return redirect(self.url("door"))


class PaperView(AtDoor, OwnPage):
    """The list on paper: masked names, last four digits, a box to tick."""

    template_name = "events/desk/paper.html"

    def get_context_data(self, **kwargs):
        parties = lists.parties_at(self.session)
        for one in parties:
            one.digits = lists.last_digits(one)
            one.has_come = one.state == SignUpState.ATTENDED
        own = {
            "session": self.session,
            "activity": self.session.activity,
            "parties": parties,
            "counts": counts_at(self.session),
            "blank": range(8),
            "printed_at": timezone.now(),
        }
        return super().get_context_data(**own | kwargs)


class WorkerView(AtDoor, OwnPage):
    """The service worker: it reaches no further than the door of this session."""

    template_name = "events/desk/worker.js"
    content_type = "text/javascript; charset=utf-8"

    def get_context_data(self, **kwargs):
        files = [
            static("door/door.css"),
            static("door/door.js"),
            static("vendor/jsqr-1.4.0/jsQR.js"),
        ]
        said = {"name": f"door-{self.session.pk}", "shell": self.url("door_shell"), "files": files}
        return super().get_context_data(said={**said, "page": self.url("door")}, **kwargs)
