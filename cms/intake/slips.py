"""The receipt as a citizen holds it: number, query code, and a square to photograph."""

from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from .models import Receipt

# Choosing among the eight masks takes three quarters of the time; every reader knows each.
QR_MASK = 3


@dataclass(frozen=True)
class Slip:
    """What `intake/_receipt.html` shows. The code is in it in clear: never store or log one."""

    receipt: Receipt
    query_code: str

    @property
    def lookup_url(self) -> str:
        with override(self.receipt.language):
            path = reverse("receipts")
        return f"{settings.BASE_URL}{path}?{urlencode({'number': self.receipt.number})}"

    @property
    def private_url(self) -> str:
        """With the code behind the #, which browsers never send to any server."""
        return f"{self.lookup_url}#code={self.query_code}"

    @property
    def qr_svg(self) -> SafeString:
        code = segno.make(
            self.private_url, micro=False, error="m", boost_error=False, mask=QR_MASK
        )
        # A unit brings a viewBox with it: without one a narrow page would cut the square off.
        svg = code.svg_inline(scale=4, unit="px", svgclass="qr-code", lineclass=None)
        # Drawn by the library from an address of ours: no citizen's text is in it.
        return mark_safe(svg)  # noqa: S308
