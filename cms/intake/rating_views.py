"""Rating an answer: on the page of the receipt, or by the link in the letter (E2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .links import receipt_of_link
from .lookups import Answer, answer_to
from .models import Receipt, ServiceRating
from .origin import own_forms_only
from .rating_actions import rate_answer
from .rating_forms import RatingForm
from .rules import RatedSince, RatingClosed, last_day_to_rate

RATE = "rate"


@dataclass(frozen=True)
class Offer:
    """What a page shows of the rating; ``form`` is None once the last day is over."""

    answer: Answer | None
    rating: ServiceRating | None = None
    form: RatingForm | None = None
    last_day: date | None = None
    done: str = ""
    refused: str = ""

    @property
    def status(self) -> int:
        if self.refused:
            return 409
        return 422 if self.form is not None and self.form.errors else 200


def offer_rating(receipt: Receipt, at: datetime, data=None) -> Offer:
    """The form for rating this receipt's answer; with ``data``, what came of sending it."""
    answer = answer_to(receipt)
    if answer is None:
        return Offer(None)
    last_day = last_day_to_rate(answer.answered_on)
    rating = ServiceRating.objects.filter(receipt=receipt).first()
    if timezone.localdate(at) > last_day:
        refused = _("The last day for rating this answer is over.") if data is not None else ""
        return Offer(answer, rating, None, last_day, refused=refused)
    form = RatingForm(data, at=at, rating=rating)
    if data is None or not form.is_valid():
        return Offer(answer, rating, form, last_day)
    return _rate(receipt, answer, form, at)


def _rate(receipt: Receipt, answer: Answer, form: RatingForm, at: datetime) -> Offer:
    done = refused = ""
    try:
        rating = rate_answer(receipt, **form.said(), at=at)
        done = _("Thank you. Your rating has been received.")
    except RatedSince:
        rating = receipt.rating
        refused = _("You rated this answer again meanwhile. That rating stands.")
    except RatingClosed:
        rating = None
        refused = _("The last day for rating this answer is over.")
    fresh = RatingForm(at=at, rating=rating)
    return Offer(answer, rating, fresh, last_day_to_rate(answer.answered_on), done, refused)


@own_forms_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request, token: str):
    """By the signed link: it shows what was answered by title only, and opens nothing else."""
    receipt = receipt_of_link(token)
    if receipt is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    offer = offer_rating(receipt, request.arrived_at, data)
    if offer.answer is None:
        raise Http404
    context = {"receipt": receipt, "offer": offer}
    return render(request, "intake/rating.html", context, status=offer.status)
