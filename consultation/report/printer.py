"""WeasyPrint, with every way to the outside closed. Imported by `paper.printer` only: on a
machine without Pango this import fails.
"""

import logging
from typing import IO

from weasyprint import HTML
from weasyprint.urls import URLFetcher

# It reports every step, and every style it does not know.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class FetchRefused(ValueError):
    """A document to print asked for something from elsewhere; it is printed without."""


class NothingFetched(URLFetcher):
    """Styles and pictures of a report stand in its HTML; an address in a text leads nowhere."""

    def fetch(self, url, headers=None):
        raise FetchRefused(url)


def print_to(file: IO[bytes], html: str) -> None:
    """Write the PDF (PDF/UA, tagged for screen readers) into the file."""
    HTML(string=html, url_fetcher=NothingFetched()).write_pdf(
        file, pdf_variant="pdf/ua-1", full_fonts=False
    )
