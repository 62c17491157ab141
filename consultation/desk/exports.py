"""The opinions of a consultation as a file for officers, without any contact; streamed."""

from collections.abc import Iterator
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.pages import tables

from ..models import ConsultationPage, Opinion

CHUNK = 1000
WIDTHS = {"A": 10, "B": 18, "C": 18, "D": 12, "E": 20, "F": 80, "G": 40, "H": 40, "N": 60}


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
    """CSV, line by line."""
    return tables.csv_lines(headings(), _rows(consultation, opinions))


def xlsx_file(consultation: ConsultationPage, opinions: QuerySet[Opinion]) -> IO[bytes]:
    """A workbook on disk, rewound; memory holds a thousand opinions at a time."""
    return tables.xlsx_file(_("Opinions"), headings(), _rows(consultation, opinions), WIDTHS)


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
