"""The annex of a report as a file to download."""

from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from cms.pages import tables

COLUMN_WIDTHS = {"A": 8, "B": 20, "C": 80, "D": 20, "E": 60}


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
    return tables.csv_lines(headings(), map(_cells, rows))


def xlsx_file(rows: Iterable) -> IO[bytes]:
    return tables.xlsx_file(_("Annex"), headings(), map(_cells, rows), COLUMN_WIDTHS)


def _cells(row) -> list[tables.Cell]:
    return [
        row.number,
        str(row.get_channel_display()),
        row.text,
        str(row.get_verdict_display()),
        row.reason,
    ]
