"""Links that open one receipt's rating without its query code: signed, and good for that only."""

from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from .models import Receipt

SALT = "cms.intake.rating"


def rating_path(receipt: Receipt) -> str:
    """The page on which this receipt's answer is rated, in the language of its form."""
    with override(receipt.language):
        return reverse("rating", args=[signing.Signer(salt=SALT).sign(receipt.number)])


def receipt_of_link(token: str) -> Receipt | None:
    """The receipt a link was made for; None for any that is not ours."""
    try:
        number = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Receipt.objects.filter(number=number).first()
