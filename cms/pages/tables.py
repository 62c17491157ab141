"""Rows as a file to download: CSV and XLSX, line by line, and nothing in it is ever calculated."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
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


def xlsx_file(
    title: str,
    headings: list[str],
    rows: Iterable[Iterable[Cell]],
    widths: Mapping[str, int],
) -> IO[bytes]:
    """A workbook on disk, rewound; memory holds one line at a time. The caller closes it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for column, width in widths.items():
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append(headings)
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    file = TemporaryFile()  # noqa: SIM115  (closed by who sends it)
    book.save(file)
    file.seek(0)
    return file


def without_formula(text: str) -> str:
    return f"'{text}" if _formula.match(text) else text


def _cell(sheet, value: Cell):
    """Text that stays text, whatever it begins with; plain values need no cell of their own."""
    if not isinstance(value, str) or not value:
        return value or None
    clean = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:LONGEST_CELL]
    if not _formula.match(clean):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    return cell
