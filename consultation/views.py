from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.intake.addresses import client_address
from cms.intake.origin import own_forms_only
from cms.intake.queries import notice_in_force
from cms.intake.refusals import too_many
from cms.intake.rules import TooManySubmissions
from cms.intake.slips import Slip

from . import articles
from .actions.opinions import submit_opinion
from .forms import OpinionForm
from .queries import live_consultation
from .rules import CommentsClosed


@own_forms_only
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request, year: int, slug: str):
    """我要提意见: a real form on its own address."""
    consultation = live_consultation(year, slug)
    if consultation is None:
        raise Http404
    notice = notice_in_force("opinion", timezone.localdate(request.arrived_at))
    if notice is None:
        return _without_form(request, consultation)
    form = OpinionForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        at=request.arrived_at,
        notice=notice,
        find_articles=lambda: articles.articles_of(consultation.draft),
        initial={"article_key": request.GET.get("article", "")},
    )
    if form.is_bound and form.is_valid():
        return _submit(request, consultation, form)
    if not consultation.takes_opinions(request.arrived_at):
        return _closed(request, consultation)
    return _form(request, consultation, form, status=422 if form.is_bound else 200)


def _submit(request, consultation, form):
    try:
        taken = submit_opinion(
            consultation,
            **form.opinion_data(),
            intake_data=form.intake_data(),
            network_address=client_address(request),
            at=request.arrived_at,
        )
    except CommentsClosed:
        return _closed(request, consultation)
    except TooManySubmissions as refusal:
        form.add_error(None, too_many(refusal))
        return _form(request, consultation, form, status=429)
    context = {
        "page": consultation,
        "slip": Slip(taken.receipt, taken.query_code),
        "is_new": taken.is_new,
        **_frame(consultation, _("Your opinion has been received")),
    }
    return render(request, "consultation/opinion_received.html", context, status=201)


def _form(request, consultation, form, *, status):
    context = {
        "page": consultation,
        "form": form,
        "days_left": consultation.days_left(request.arrived_at),
        **_frame(consultation, _("Send your opinion")),
    }
    response = render(request, "consultation/opinion_form.html", context, status=status)
    if not form.is_bound:
        # Kept by the reader's own browser: "back" after sending finds the same submission key,
        # so that sending once more gives the first receipt and no second opinion.
        patch_cache_control(response, private=True, max_age=0)
    return response


def _without_form(request, consultation):
    """Nobody is asked for anything before a privacy notice is in force (rulebook I3)."""
    is_open = consultation.takes_opinions(request.arrived_at)
    return _closed(request, consultation, not_ready=is_open, status=503 if is_open else 409)


def _closed(request, consultation, *, not_ready=False, status=409):
    """Nothing typed is lost: the text is shown back to be copied."""
    context = {
        "page": consultation,
        "not_ready": not_ready,
        "status": consultation.status(request.arrived_at),
        "typed": request.POST.get("text", ""),
        **_frame(consultation, _("This consultation takes no opinions now")),
    }
    return render(request, "consultation/opinion_closed.html", context, status=status)


def _frame(consultation, title: str) -> dict:
    address = consultation.url
    return {
        "form_title": title,
        "consultation_url": address,
        "breadcrumb": [
            {"title": _("Home"), "url": reverse("wagtail_serve", args=[""])},
            {"title": consultation.title, "url": address},
            {"title": title, "url": ""},
        ],
        "reference_only_notice": consultation.is_english,
        "language_links": [],
        "kept_under": f"form:{consultation.pk}:{title}",
    }
