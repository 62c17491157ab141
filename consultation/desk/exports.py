"""The opinions of a consultation as a file for officers, without any contact; streamed."""

import csv
import re
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ..models import ConsultationPage, Opinion

CHUNK = 1000
UTF_8_MARK = "\ufeff"  # without it a spreadsheet takes Chinese text for another encoding
LONGEST_CELL = 32_767
WIDTHS = {"A": 10, "B": 18, "C": 18, "D": 12, "E": 20, "F": 80, "G": 40, "H": 40, "N": 60}
_formula = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


class _Echo:
    """A file that hands back what is written to it, so that lines can be streamed."""

    def write(self, text: str) -> str:
        return text


def headings() -> list[str]:
    return [
        _("No."),
        _("Receipt"),
        _("Received"),
        _("Way"),
        _("About"),
        _("Opinion"),
        _("Additions"),
        _("Reasons"),
        _("Identity"),
        _("Late"),
        _("Withdrawn"),
        _("Group of opinions"),
        _("Verdict"),
        _("Reason for the verdict"),
        _("Number in the imported file"),
    ]


def csv_lines(consultation: ConsultationPage, opinions: QuerySet[Opinion]) -> Iterator[str]:
    """CSV, line by line. No cell can be taken for a formula by who opens it."""
    writer = csv.writer(_Echo())
    yield UTF_8_MARK + writer.writerow(headings())
    for row in _rows(consultation, opinions):
        yield writer.writerow([without_formula(text) for text in row])


def xlsx_file(consultation: ConsultationPage, opinions: QuerySet[Opinion]) -> IO[bytes]:
    """A workbook on disk, rewound; memory holds a thousand opinions at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Opinions"))
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append(headings())
    for row in _rows(consultation, opinions):
        sheet.append([_cell(sheet, text) for text in row])
    file = TemporaryFile()  # noqa: SIM115, closed by who sends it
    book.save(file)
    file.seek(0)
    return file


def without_formula(text: str) -> str:
    return f"'{text}" if _formula.match(text) else text


def _cell(sheet, text: str):
    """Text that stays text, whatever it begins with; plain values need no cell of their own."""
    if not text:
        return None
    clean = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:LONGEST_CELL]
    if not _formula.match(clean):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    return cell


def _rows(consultation: ConsultationPage, opinions: QuerySet[Opinion]) -> Iterator[list[str]]:
    found = (
        opinions.select_related("group", "receipt")
        .only(
            "received_at",
            "channel",
            "article_label",
            "text",
            "reasons",
            "identity",
            "withdrawn_at",
            "verdict",
            "verdict_reason",
            "batch_id",
            "external_key",
            "group__title",
            "receipt__number",
        )
        .prefetch_related("additions")
    )
    for opinion in found.iterator(chunk_size=CHUNK):
        opinion.consultation = consultation
        yield _row(opinion)


def _row(opinion: Opinion) -> list[str]:
    return [
        str(opinion.pk),
        opinion.receipt.number if opinion.receipt else "",
        f"{timezone.localtime(opinion.received_at):%Y-%m-%d %H:%M}",
        str(opinion.get_channel_display()),
        opinion.article_label,
        opinion.text,
        "\n".join(addition.text for addition in opinion.additions.all()),
        opinion.reasons,
        str(opinion.get_identity_display()),
        _("yes") if opinion.is_late else "",
        _("yes") if opinion.withdrawn_at else "",
        opinion.group.title if opinion.group else "",
        str(opinion.get_verdict_display()),
        opinion.verdict_reason,
        opinion.external_key if opinion.batch_id else "",
    ]
