"""The parties of a session as a file for officials: names and contacts are masked."""

from collections.abc import Iterator
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.pages import tables

from ..models import SignUp

CHUNK = 500
WIDTHS = {"A": 18, "B": 12, "C": 18, "D": 16, "K": 18, "L": 18}


def headings() -> list[str]:
    return [
        _("Receipt"),
        _("Name"),
        _("Contact"),
        _("State"),
        _("People"),
        _("Places"),
        _("Children under 14"),
        _("Kept for"),
        _("Category"),
        _("Way"),
        _("Signed up at"),
        _("Checked in at"),
        _("People arrived"),
        _("Rating"),
    ]


def csv_lines(parties: QuerySet[SignUp]) -> Iterator[str]:
    return tables.csv_lines(headings(), _rows(parties))


def xlsx_file(parties: QuerySet[SignUp]) -> IO[bytes]:
    return tables.xlsx_file(_("Sign-ups"), headings(), _rows(parties), WIDTHS)


def _rows(parties: QuerySet[SignUp]) -> Iterator[list[str | int]]:
    for one in parties.iterator(chunk_size=CHUNK):
        yield _row(one)


def _row(one: SignUp) -> list[str | int]:
    receipt = one.whole.receipt
    return [
        receipt.number if receipt else "",
        receipt.masked_name if receipt else "",
        receipt.masked_contact if receipt and receipt.contact else "",
        str(one.get_state_display()),
        one.party_size,
        one.places,
        one.under_14,
        str(one.quota or ""),
        str(one.get_audience_display()),
        str(one.get_channel_display()),
        _moment(one.created_at),
        _moment(one.checked_in_at),
        "" if one.people_arrived is None else one.people_arrived,
        one.rating or "",
    ]


def _moment(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
