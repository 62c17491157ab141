"""What the codes of `sheets` and `importing` mean, in the officer's words."""

from django.utils.translation import gettext_lazy as _

UNREADABLE = {
    "too_big": _("The file is larger than 20 MB."),
    "old_excel": _(
        "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a "
        "password."
    ),
    "encoding": _(
        "The characters of this file cannot be read. Save it as “CSV UTF-8” or as .xlsx."
    ),
    "empty": _("The file has no rows below its headings."),
    "too_many_columns": _("The file has more than 200 columns."),
    "too_many_rows": _("The file has more than 50,000 rows. Divide it."),
    "broken_csv": _("A quotation mark is not closed in the row that begins on line %(line)d."),
    "broken_json": _("The JSON ends or breaks on line %(line)d."),
    "other_json": _("The JSON holds no list of opinions."),
    "other_keys": _("Line %(line)d has fields that the first line has not."),
    "json_too_long": _("A JSON document is read up to 20 MB: save it with one opinion a line."),
    "broken_workbook": _("The workbook is damaged and cannot be opened."),
}

FAULTS = {
    "no_text": _("the opinion is empty"),
    "too_long": _("longer than %(about)d characters"),
    "nul": _("holds a character that cannot be stored"),
    "no_date": _("the date of receipt is missing"),
    "bad_date": _("not a date; write 2026-11-01 09:30"),
    "future": _("lies in the future"),
    "channel": _("an unknown way; write letter, phone, counter, …"),
    "identity": _("an unknown identity"),
    "article": _("the draft has no such article"),
    "contact": _("not an e-mail address"),
    "same_number": _("the same number as on line %(about)d"),
    "imported_before": _("an opinion with this number was imported before"),
    "too_many_cells": _("more cells than the heading has"),
    "imported_file": _("this very file was imported before"),
    "column_twice": _("this column is used twice"),
    "imported_meanwhile": _("of the thousand rows from here on one was imported meanwhile"),
    "no_received_at": _("choose the column with the date of receipt"),
}
EXCHANGE = {
    "cut_off": _("The file ends too early: it was not sent or saved whole."),
    "encoding": _("Line %(line)d is not UTF-8 text."),
    "no_json": _("Line %(line)d is not whole."),
    "other_file": _("This is no exchange file of a consultation."),
    "order": _("Line %(line)d stands in the wrong place."),
    "shape": _("Line %(line)d cannot be understood: %(detail)s"),
    "twice": _("Line %(line)d says again what was said before: %(detail)s"),
    "unknown": _("Line %(line)d refers to something that is not in the file: %(detail)s"),
    "version_digest": _("Line %(line)d: the text of version %(detail)s was changed afterwards."),
    "totals": _("The numbers on line %(line)d do not fit what is in the file."),
    "digest": _("The file was changed after it was made: its SHA-256 does not fit."),
    "line_too_long": _("Line %(line)d is longer than any opinion can be."),
    "broken_zip": _("The package is damaged and cannot be opened."),
    "other_zip": _("The package holds no consultation.jsonl."),
    "too_big": _("The package would be too large once unpacked."),
    "file_missing": _("The package lacks a file that its lines name: %(detail)s"),
    "file_digest": _("A file was changed after the package was made: %(detail)s"),
    "file_refused": _("Line %(line)d: this file is not let in. %(detail)s"),
}
# The same code without a row stands for a column that was not chosen.
FILE_FAULTS = {"no_text": _("choose the column with the opinions")}


def _meaning(fault: dict) -> str:
    code = fault["code"]
    if code.startswith("file_"):
        return refusal(code.removeprefix("file_"), fault["line"])
    meanings = FAULTS if fault["line"] else FAULTS | FILE_FAULTS
    return meanings[code] % {"about": fault["about"]}


def refusal(code: str, line: int = 0) -> str:
    """Why the whole file cannot be read."""
    return UNREADABLE[code] % {"line": line}


def exchange_refusal(refused) -> str:
    """Why a whole exchange file is not taken (``ExchangeUnreadable``)."""
    return EXCHANGE[refused.code] % {"line": refused.line, "detail": refused.detail}


def explained(fault: dict) -> dict:
    """The fault of an import with its meaning, in the reader's language."""
    return fault | {"meaning": _meaning(fault)}
