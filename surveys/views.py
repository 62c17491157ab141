from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cms.intake.addresses import client_address
from cms.intake.origin import own_forms_only
from cms.intake.rules import TooManySubmissions

from .actions.answers import answer_survey
from .enums import Access
from .forms import SurveyForm
from .queries import find_invitation, live_survey
from .rules import InvitationUnknown, InvitationUsed, SurveyClosed


@own_forms_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, slug: str):
    """填写问卷: for everyone."""
    survey = _survey(slug)
    if survey.original.access != Access.OPEN:
        return _refused(request, survey, "invited", status=403)
    return _answer(request, survey, "")


@own_forms_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer_invited(request, slug: str, token: str):
    """填写问卷 with a one-time link. Looking at it changes nothing; sending uses it up."""
    survey = _survey(slug)
    invitation = find_invitation(survey.original, token)
    if invitation is None or survey.original.access != Access.INVITED:
        return _refused(request, survey, "unknown", status=404)
    if invitation.used_on and request.method != "POST":
        return _refused(request, survey, "used", status=410, used_on=invitation.used_on)
    return _answer(request, survey, token)


def _survey(slug: str):
    survey = live_survey(slug)
    if survey is None:
        raise Http404
    return survey


def _answer(request, survey, token: str):
    data = request.POST if request.method == "POST" else None
    form = SurveyForm(data, at=request.arrived_at, survey=survey)
    if form.is_bound and form.is_valid():
        return _send(request, survey, form, token)
    if not survey.takes_answers(request.arrived_at):
        return _refused(request, survey, "closed", status=409, form=form)
    return _form(request, survey, form, status=422 if form.is_bound else 200)


def _send(request, survey, form, token: str):
    try:
        is_new = answer_survey(
            survey,
            form.answers(),
            submitted=form.submitted(client_address(request)),
            at=request.arrived_at,
            token=token,
        )
    except SurveyClosed:
        return _refused(request, survey, "closed", status=409, form=form)
    except InvitationUsed as refusal:
        return _refused(request, survey, "used", status=410, form=form, used_on=refusal.used_on)
    except InvitationUnknown:
        return _refused(request, survey, "unknown", status=404, form=form)
    except TooManySubmissions as refusal:
        form.add_error(None, _too_many(refusal))
        return _form(request, survey, form, status=429)
    context = {"page": survey, "is_new": is_new, **_frame(survey, _("Thank you"))}
    return render(request, "surveys/thanks.html", context, status=201)


def _form(request, survey, form, *, status: int):
    context = {"page": survey, "form": form, **_frame(survey, _("Answer the questionnaire"))}
    response = render(request, "surveys/answer.html", context, status=status)
    if not form.is_bound:
        # Kept by the reader's own browser: "back" after sending finds the same submission key.
        patch_cache_control(response, private=True, max_age=0)
    return response


def _refused(request, survey, why: str, *, status: int, form=None, **told):
    """Says plainly why not; what was typed is shown back to be copied."""
    typed = form.typed() if form is not None and form.is_bound else []
    title = _("This questionnaire takes no answers here")
    context = {"page": survey, "why": why, "typed": typed, **told, **_frame(survey, title)}
    context["status"] = survey.status(request.arrived_at)
    return render(request, "surveys/refused.html", context, status=status)


def _frame(survey, title: str) -> dict:
    address = survey.url
    return {
        "form_title": title,
        "survey_url": address,
        "breadcrumb": [
            {"title": _("Home"), "url": reverse("wagtail_serve", args=[""])},
            {"title": survey.title, "url": address},
            {"title": title, "url": ""},
        ],
        "reference_only_notice": survey.is_english,
        "language_links": [],
        "kept_under": f"survey:{survey.pk}:{title}",
    }


def _too_many(refusal: TooManySubmissions) -> str:
    minutes = max(1, refusal.retry_after // 60)
    return ngettext(
        "Too many submissions came from your network. Please try again in %(n)d minute; "
        "your text is still here.",
        "Too many submissions came from your network. Please try again in %(n)d minutes; "
        "your text is still here.",
        minutes,
    ) % {"n": minutes}
