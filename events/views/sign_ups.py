from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.intake.addresses import client_address
from cms.intake.kept import laid_out
from cms.intake.origin import own_forms_only
from cms.intake.queries import notice_in_force
from cms.intake.refusals import too_many
from cms.intake.rules import TooManySubmissions
from cms.intake.slips import Slip
from events import programme, rules
from events.actions.signups import sign_up
from events.forms import FIELD_OF, SignUpForm
from events.links import manage_path
from events.queries import live_activity, place_in_line

NOTICE = "sign-up"
GUARDIANS_NOTICE = "guardian"


@own_forms_only
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, year: int, slug: str):
    """我要报名: without an account, without JavaScript, without a cookie."""
    activity = live_activity(year, slug)
    if activity is None or not activity.original.takes_forms:
        raise Http404
    entry = programme.entries_of([activity], request.arrived_at)[0]
    notice = notice_in_force(NOTICE, timezone.localdate(request.arrived_at))
    if notice is None:
        return _without_form(request, entry)
    form = _form_of(request, entry, notice)
    if form.is_bound and form.is_valid():
        return _sign_up(request, entry, form)
    if not activity.original.takes_sign_ups(request.arrived_at):
        return _closed(request, entry)
    return _form(request, entry, form, status=422 if form.is_bound else 200)


def guardians_notice(request):
    """Where guardians are told something of their own; None: what all are told holds for them."""
    return notice_in_force(GUARDIANS_NOTICE, timezone.localdate(request.arrived_at))


def _form_of(request, entry, notice) -> SignUpForm:
    open_sessions = {
        str(one.session.key): one
        for one in entry.sessions
        if one.takes_sign_ups(request.arrived_at)
    }
    wanted = request.GET.get("session", "")
    only = next(iter(open_sessions)) if len(open_sessions) == 1 else ""
    return SignUpForm(
        request.POST if request.method == "POST" else None,
        activity=entry.page,
        sessions=[one.session for one in open_sessions.values()],
        session_label=lambda session: programme.spoken(open_sessions[str(session.key)]),
        at=request.arrived_at,
        notice=notice,
        guardian_notice=guardians_notice(request),
        initial={"session": wanted if wanted in open_sessions else only},
    )


def _sign_up(request, entry, form):
    try:
        taken = sign_up(
            entry.page,
            form.cleaned_data["session"],
            form.party(),
            intake_data=form.intake_data(),
            network_address=client_address(request),
            at=request.arrived_at,
        )
    except rules.SignUpClosed:
        return _closed(request, entry)
    except TooManySubmissions as refusal:
        form.add_error(None, too_many(refusal))
        return _form(request, entry, form, status=429)
    except rules.AlreadySignedUp:
        form.add_error("contact", _already())
        return _form(request, entry, form, status=409)
    except rules.NotAllowed as refusal:
        for fault in refusal.faults:
            form.add_error(FIELD_OF[fault], fault.label)
        return _form(request, entry, form, status=422)
    return _signed_up(request, entry, taken)


def _already() -> str:
    return _(
        "This number is signed up for this activity already. Change or cancel that sign-up with "
        "the link in your letter, or look up its receipt."
    )


def _signed_up(request, entry, taken):
    context = {
        "page": entry.page,
        "entry": entry,
        "slip": Slip(taken.receipt, taken.query_code),
        "sign_up": taken.sign_up,
        "place_in_line": place_in_line(taken.sign_up),
        "manage_url": f"{settings.BASE_URL}{manage_path(taken.sign_up)}",
        "is_new": taken.is_new,
        **_frame(entry.page, _("Your sign-up")),
    }
    response = render(request, "events/signed_up.html", context, status=201)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _form(request, entry, form, *, status):
    context = {
        "page": entry.page,
        "entry": entry,
        "original": entry.original,
        "form": form,
        "laid_out": "" if form.is_bound else _laid_out(entry, form),
        "guardian_notice": guardians_notice(request),
        **_frame(entry.page, _("I want to sign up")),
    }
    response = render(request, "events/register.html", context, status=status)
    if not form.is_bound:
        # Kept by the reader's own browser: "back" finds the same submission key (0007).
        patch_cache_control(response, private=True, max_age=0)
    return response


def _laid_out(entry, form: SignUpForm):
    sessions, chosen = form.fields["session"].choices, form.initial["session"]
    return laid_out(form, (entry.page.pk, entry.original.live_revision_id, sessions, chosen))


def _without_form(request, entry):
    """Nobody is asked for anything before a privacy notice is in force (rulebook I3)."""
    is_open = entry.original.takes_sign_ups(request.arrived_at)
    return _closed(request, entry, not_ready=is_open, status=503 if is_open else 409)


def _closed(request, entry, *, not_ready=False, status=409):
    """Nothing typed is lost: what was written is shown back to be copied."""
    typed = [request.POST.get(name, "").strip() for name in ("question", "needs")]
    context = {
        "page": entry.page,
        "entry": entry,
        "original": entry.original,
        "not_ready": not_ready,
        "typed": "\n\n".join(text for text in typed if text),
        **_frame(entry.page, _("Sign-up is not possible now")),
    }
    return render(request, "events/register_closed.html", context, status=status)


def _frame(activity, title: str) -> dict:
    address = activity.url
    return {
        "form_title": title,
        "activity_url": address,
        "breadcrumb": [
            {"title": _("Home"), "url": reverse("wagtail_serve", args=[""])},
            {"title": activity.title, "url": address},
            {"title": title, "url": ""},
        ],
        "reference_only_notice": activity.is_english,
        "language_links": [],
        "kept_under": f"form:{activity.pk}:{title}",
    }
