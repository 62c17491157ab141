"""What a citizen is told when a form is not taken."""

from django.utils.translation import ngettext

from .rules import TooManySubmissions


def too_many(refusal: TooManySubmissions) -> str:
    minutes = max(1, refusal.retry_after // 60)
    return ngettext(
        "Too many submissions came from your network. Please try again in %(n)d minute; "
        "your text is still here.",
        "Too many submissions came from your network. Please try again in %(n)d minutes; "
        "your text is still here.",
        minutes,
    ) % {"n": minutes}
