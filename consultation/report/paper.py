"""The report as a PDF in the form of an official document. Fetches nothing, runs nothing.

WeasyPrint needs Pango, a library of the system: it is loaded by whoever prints, and where it is
missing everything else works and this says what to install.
"""

from functools import cache
from importlib import import_module
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO

from django.template.loader import render_to_string

from .document import Document

TEMPLATE = "consultation/report/paper.html"


class PrinterMissing(Exception):
    """The libraries that draw a PDF are not installed."""

    def __str__(self) -> str:
        return "Install libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0, fonts-noto-cjk."


@cache
def printer() -> ModuleType | None:
    try:
        return import_module("consultation.report.printer")
    except (OSError, ImportError):
        return None


def can_print() -> bool:
    return printer() is not None


def pdf_of(document: Document) -> IO[bytes]:
    """A PDF on disk, rewound; the caller closes it."""
    engine = printer()
    if engine is None:
        raise PrinterMissing
    file = TemporaryFile()  # noqa: SIM115  (closed by who asked for it)
    engine.print_to(file, html_of(document))
    file.seek(0)
    return file


def html_of(document: Document) -> str:
    """The document as HTML for paper: every text is escaped by the template."""
    return render_to_string(TEMPLATE, {"report": document})
