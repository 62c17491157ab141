"""The annex of a report as a file to download: CSV and XLSX, written line by line."""

import csv
import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

UTF_8_MARK = "\ufeff"  # without it a spreadsheet takes Chinese text for another encoding
LONGEST_CELL = 32_767
COLUMN_WIDTHS = {"A": 8, "B": 20, "C": 80, "D": 20, "E": 60}
_formula = re.compile(r"^\s*[=+\-@\t\r]")


class _Echo:
    """A file that hands back what is written to it, so that lines can be streamed."""

    def write(self, text: str) -> str:
        return text


def headings() -> list[str]:
    """序号 | 意见来源（渠道）| 意见建议内容 | 采纳情况 | 理由（修改情况） (page outline 5.3)."""
    return [
        _("No."),
        _("Source of the opinion (way)"),
        _("Content of the opinion"),
        _("Adoption"),
        _("Reason (change made)"),
    ]


def csv_lines(rows: Iterable) -> Iterator[str]:
    """The annex as CSV. No cell can be taken for a formula by who opens it."""
    writer = csv.writer(_Echo())
    yield UTF_8_MARK + writer.writerow(headings())
    for row in rows:
        yield writer.writerow([_without_formula(str(value)) for value in _cells(row)])


def xlsx_file(rows: Iterable) -> IO[bytes]:
    """The annex as a workbook on disk, rewound; memory holds one line at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Annex"))
    for column, width in COLUMN_WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, heading) for heading in headings()])
    for row in rows:
        number, *texts = _cells(row)
        sheet.append([number, *(_text(sheet, text) for text in texts)])
    file = TemporaryFile()  # noqa: SIM115  (closed by who sends it)
    book.save(file)
    file.seek(0)
    return file


def _cells(row) -> list:
    return [
        row.number,
        str(row.get_channel_display()),
        row.text,
        str(row.get_verdict_display()),
        row.reason,
    ]


def _without_formula(text: str) -> str:
    return f"'{text}" if _formula.match(text) else text


def _text(sheet, value: str) -> WriteOnlyCell:
    """A cell that stays text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell
