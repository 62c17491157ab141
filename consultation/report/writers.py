"""The files of an edition, each from the one `Document` or from the frozen lines behind it."""

from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

from .. import annex
from ..annex_files import csv_lines, workbook
from ..enums import ReportFormat
from . import paper, word
from .document import Document

CHUNK = 2000
ANNEX_ON_PAPER = 200  # lines; a longer annex is a file of its own, named in the document
Writer = Callable[[object], IO[bytes]]


def write(name: str, edition) -> IO[bytes]:
    """A file of the edition, rewound; the caller closes it. In the language that is active.

    Raises `paper.PrinterMissing` for a PDF where the libraries for it are not installed.
    """
    return WRITERS[ReportFormat(name)](edition)


def document_of(edition) -> Document:
    """What is printed on paper: the annex whole, or if it is long, none of it but its name."""
    rows = edition.snapshot.rows.all()
    lines = () if len(rows[: ANNEX_ON_PAPER + 1]) > ANNEX_ON_PAPER else lines_of(edition.snapshot)
    return edition.as_published().document(lines, edition.issue)


def lines_of(snapshot) -> Iterator[annex.Line]:
    """The frozen lines of the annex; streams."""
    return (row.line for row in snapshot.rows.iterator(chunk_size=CHUNK))


def table_lines(snapshot) -> Iterator[bytes]:
    names = snapshot.data.get("article_names", {})
    return (line.encode() for line in csv_lines(lines_of(snapshot), names))


def _pdf(edition) -> IO[bytes]:
    return paper.pdf_of(document_of(edition))


def _word(edition) -> IO[bytes]:
    return word.docx_of(document_of(edition))


def _workbook(edition) -> IO[bytes]:
    return workbook(lines_of(edition.snapshot), edition.snapshot.data)


def _table(edition) -> IO[bytes]:
    return on_disk(table_lines(edition.snapshot))


def _data(edition) -> IO[bytes]:
    return on_disk(edition.snapshot.data_lines())


def _page(edition) -> IO[bytes]:
    return on_disk([edition.page_content.encode()])


def on_disk(chunks: Iterable[bytes]) -> IO[bytes]:
    """A temporary file with these bytes, rewound; memory holds one piece at a time."""
    file = TemporaryFile()  # noqa: SIM115  (closed by who asked for it)
    for chunk in chunks:
        file.write(chunk)
    file.seek(0)
    return file


WRITERS: dict[ReportFormat, Writer] = {
    ReportFormat.PDF: _pdf,
    ReportFormat.WORD: _word,
    ReportFormat.WORKBOOK: _workbook,
    ReportFormat.TABLE: _table,
    ReportFormat.DATA: _data,
    ReportFormat.PAGE: _page,
}
