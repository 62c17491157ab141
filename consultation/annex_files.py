"""The annex of a report as a file to download: a table, or a workbook with the numbers behind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from django.utils.translation import gettext as _

from cms.pages import tables

from . import annex, summary
from .report.document import annex_cells, annex_columns

COLUMN_WIDTHS = {"A": 8, "B": 20, "C": 80, "D": 20, "E": 60}
NUMBER_WIDTHS = {"A": 40, "B": 16}


def csv_lines(lines: Iterable[annex.Line], names: Mapping[str, str]) -> Iterator[str]:
    """``names``: article key → its name."""
    return tables.csv_lines(_headings(), _rows(lines, names))


def workbook(lines: Iterable[annex.Line], facts: Mapping) -> IO[bytes]:
    """The annex, and on a second sheet the numbers of the report. The caller closes it."""
    rows = _rows(lines, facts.get("article_names", {}))
    numbers = [(_("Received in all"), facts["received"]), *summary.outcome_rows(facts)]
    numbers += [(str(row["label"]), row["value"]) for row in summary.channel_rows(facts)]
    return tables.xlsx_book(
        [
            tables.Sheet(_("Annex"), _headings(), rows, COLUMN_WIDTHS),
            tables.Sheet(_("Numbers"), [_("Item"), _("Count")], numbers, NUMBER_WIDTHS),
        ]
    )


def _headings() -> list[str]:
    return [column.label for column in annex_columns()]


def _rows(lines: Iterable[annex.Line], names: Mapping[str, str]) -> Iterator[list[tables.Cell]]:
    for line in lines:
        number, *cells = annex_cells(line, names)
        yield [int(number), *cells]
