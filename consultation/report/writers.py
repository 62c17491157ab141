"""The files of an edition, each from the one `Document` or from the frozen lines behind it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from .. import annex
from ..annex_files import csv_lines, workbook
from ..enums import ReportFormat
from . import paper, word
from .document import Document

CHUNK = 2000
ANNEX_ON_PAPER = 200  # lines; a longer annex is a file of its own, named in the document


@dataclass(frozen=True)
class Source:
    """What a file is made from. ``lines``: all of the annex, as often as asked; they stream.
    ``document``: the report with these lines of it.
    """

    facts: Mapping
    lines: Callable[[], Iterator[annex.Line]]
    document: Callable[[Iterable[annex.Line]], Document]

    @property
    def names(self) -> Mapping[str, str]:
        return self.facts.get("article_names", {})

    def on_paper(self) -> Document:
        """The annex whole, or if it is long, none of it but its name."""
        first = list(islice(self.lines(), ANNEX_ON_PAPER + 1))
        return self.document(first if len(first) <= ANNEX_ON_PAPER else ())


def source_of(edition) -> Source:
    page, snapshot = edition.as_published(), edition.snapshot
    return Source(
        facts=snapshot.data,
        lines=lambda: lines_of(snapshot),
        document=lambda lines: page.document(lines, edition.issue),
    )


def write(name: str, edition) -> IO[bytes]:
    """A file of the edition, rewound; the caller closes it. In the language that is active.

    Raises `paper.PrinterMissing` for a PDF where the libraries for it are not installed.
    """
    if name == ReportFormat.DATA:
        return on_disk(edition.snapshot.data_lines())
    if name == ReportFormat.PAGE:
        return on_disk([edition.page_content.encode()])
    return draw(name, source_of(edition))


def draw(name: str, source: Source) -> IO[bytes]:
    """A file that is drawn, as `write`; of a report that is not published it is a preview."""
    return WRITERS[ReportFormat(name)](source)


def lines_of(snapshot) -> Iterator[annex.Line]:
    """The frozen lines of the annex; streams."""
    return (row.line for row in snapshot.rows.iterator(chunk_size=CHUNK))


def table_lines(snapshot) -> Iterator[bytes]:
    names = snapshot.data.get("article_names", {})
    return (line.encode() for line in csv_lines(lines_of(snapshot), names))


def _table(source: Source) -> IO[bytes]:
    return on_disk(line.encode() for line in csv_lines(source.lines(), source.names))


def on_disk(chunks: Iterable[bytes]) -> IO[bytes]:
    """A temporary file with these bytes, rewound; memory holds one piece at a time."""
    with ExitStack() as open_until_whole:
        file = open_until_whole.enter_context(TemporaryFile())
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        open_until_whole.pop_all()
    return file


WRITERS: dict[ReportFormat, Callable[[Source], IO[bytes]]] = {
    ReportFormat.PDF: lambda source: paper.pdf_of(source.on_paper()),
    ReportFormat.WORD: lambda source: word.docx_of(source.on_paper()),
    ReportFormat.WORKBOOK: lambda source: workbook(source.lines(), source.facts),
    ReportFormat.TABLE: _table,
}
