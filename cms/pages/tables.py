"""Rows as a file to download: CSV and XLSX, line by line, and nothing in it is ever calculated."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int
UTF_8_MARK = "\ufeff"  # without it a spreadsheet takes Chinese text for another encoding
LONGEST_CELL = 32_767
_formula = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


class _Echo:
    """A file that hands back what is written to it, so that lines can be streamed."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headings: list[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """CSV, one line at a time. No cell can be taken for a formula by who opens it."""
    writer = csv.writer(_Echo())
    yield UTF_8_MARK + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([without_formula(str(cell)) for cell in row])


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; ``rows`` are taken one at a time, ``widths`` by column letter."""

    title: str
    headings: list[str]
    rows: Iterable[Iterable[Cell]]
    widths: Mapping[str, int]


def xlsx_file(
    title: str,
    headings: list[str],
    rows: Iterable[Iterable[Cell]],
    widths: Mapping[str, int],
) -> IO[bytes]:
    """A workbook on disk, rewound; memory holds one line at a time. The caller closes it."""
    return xlsx_book([Sheet(title, headings, rows, widths)])


def xlsx_book(sheets: Iterable[Sheet]) -> IO[bytes]:
    """As `xlsx_file`, with several sheets, the first one open."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet)
    file = TemporaryFile()  # noqa: SIM115  (closed by who sends it)
    book.save(file)
    file.seek(0)
    return file


def _write(written, sheet: Sheet) -> None:
    for column, width in sheet.widths.items():
        written.column_dimensions[column].width = width
    written.freeze_panes = "A2"
    written.append(sheet.headings)
    for row in sheet.rows:
        written.append([_cell(written, cell) for cell in row])


def without_formula(text: str) -> str:
    return f"'{text}" if _formula.match(text) else text


def _cell(sheet, value: Cell):
    """Text that stays text, whatever it begins with; plain values need no cell of their own."""
    if not isinstance(value, str) or not value:
        return value if isinstance(value, int) else None
    clean = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:LONGEST_CELL]
    if not _formula.match(clean):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    return cell
