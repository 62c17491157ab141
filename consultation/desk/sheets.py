"""A file of rows as it came from another office: CSV, XLSX or JSON; bytes in, rows out. Pure.

Nothing in a file is ever calculated: a formula stays the text that it is written as.
"""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper
from itertools import chain
from typing import IO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .json_rows import json_rows
from .rows import Cell, Row, SheetUnreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
BLOCK = 1024 * 1024
DELIMITERS = (",", "\t", ";")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BROKEN_WORKBOOK = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)

__all__ = ["Cell", "Row", "Sheet", "SheetUnreadable", "open_sheet", "read_sheet"]

# A field longer than the reader's default is a bad row to be named, not the end of reading.
csv.field_size_limit(MAX_BYTES)


@dataclass(frozen=True)
class Sheet:
    """``rows`` are a list, or come one by one from a file that stays open."""

    headings: list[str]
    rows: Iterable[Row]
    encoding: str


@dataclass(frozen=True)
class Limits:
    """How much of a file is read: rows, and bytes once unpacked."""

    rows: int
    unpacked: int


LARGE = Limits(rows=2_000_000, unpacked=4 * 1024**3)


def read_sheet(content: bytes) -> Sheet:
    """The rows below the first row that holds anything. Raises SheetUnreadable.

    The kind of file is told from its content, never from its name.
    """
    if len(content) > MAX_BYTES:
        raise SheetUnreadable("too_big")
    sheet = open_sheet(BytesIO(content), Limits(MAX_ROWS, MAX_UNPACKED))
    return Sheet(sheet.headings, list(sheet.rows), sheet.encoding)


def open_sheet(file: IO[bytes], limits: Limits) -> Sheet:
    """As `read_sheet`, but of a file of any size: memory holds one row. Raises SheetUnreadable,
    while the rows are read as well.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith(OLD_EXCEL):
        raise SheetUnreadable("old_excel")
    if start.startswith(b"PK\x03\x04"):
        return _sheet(_workbook_rows(file, limits), "xlsx", limits)
    if start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"["):
        return _sheet(json_rows(file), "json", limits)
    encoding = encoding_of(file)
    return _sheet(_csv_rows(file, encoding), encoding.removesuffix("-sig"), limits)


def encoding_of(file: IO[bytes]) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030, told from the whole file. Rewinds it."""
    start = file.read(2)
    for encoding in ("utf-16",) if start in UTF_16 else ("utf-8-sig", "gb18030"):
        file.seek(0)
        if _decodes(file, encoding):
            file.seek(0)
            return encoding
    raise SheetUnreadable("encoding")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            if encoding == "gb18030" and _looks_misread(text):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_misread(text: str) -> bool:
    """GB 18030 reads nearly any bytes; other encodings then show as characters nobody types."""
    return any("\ue000" <= sign <= "\uf8ff" or "\x80" <= sign <= "\x9f" for sign in text)


def _sheet(rows: Iterable[Row], encoding: str, limits: Limits) -> Sheet:
    filled = (row for row in rows if any(_is_filled(cell) for cell in row.cells))
    headings, first = next(filled, None), next(filled, None)
    if headings is not None and len(headings.cells) > MAX_COLUMNS:
        raise SheetUnreadable("too_many_columns", headings.line)
    if headings is None or first is None:
        raise SheetUnreadable("empty")
    names = [str(cell).strip() for cell in headings.cells]
    return Sheet(names, _at_most(chain([first], filled), limits.rows), encoding)


def _at_most(rows: Iterable[Row], most: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == most:
            raise SheetUnreadable("too_many_rows")
        yield row


def _is_filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _csv_rows(file: IO[bytes], encoding: str) -> Iterator[Row]:
    text = TextIOWrapper(file, encoding, newline="")
    heading = text.read(BLOCK).lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetUnreadable("broken_csv", line) from error


def _workbook_rows(file: IO[bytes], limits: Limits) -> Iterator[Row]:
    try:
        _check_archive(file, limits)
        book = load_workbook(file, read_only=True)
        sheet = book.worksheets[0]
        # What a file says of its own size may be wrong.
        sheet.reset_dimensions()
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > limits.rows * 2:
                raise SheetUnreadable("too_many_rows")
            yield Row(line, [_cell(value) for value in values])
    except BROKEN_WORKBOOK as error:
        raise SheetUnreadable("broken_workbook") from error


def _check_archive(file: IO[bytes], limits: Limits) -> None:
    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > limits.unpacked:
            raise SheetUnreadable("too_big")


def _cell(value) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
