"""A file of rows as it came from another office: CSV or XLSX, bytes in, rows out. Pure.

Nothing in a file is ever calculated: a formula stays the text that it is written as.
"""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
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

# A field longer than the reader's default is a bad row to be named, not the end of reading.
csv.field_size_limit(MAX_BYTES)

Cell = str | datetime


class SheetUnreadable(Exception):
    """The file as a whole cannot be read. ``code`` says why, ``line`` where, if anywhere."""

    def __init__(self, code: str, line: int = 0):
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True)
class Row:
    """``line`` is where the row begins in the file, counted from 1 with the headings."""

    line: int
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    headings: list[str]
    rows: list[Row]
    encoding: str


def read_sheet(content: bytes) -> Sheet:
    """The rows below the first row that holds anything. Raises SheetUnreadable.

    The kind of file is told from its content, never from its name.
    """
    if len(content) > MAX_BYTES:
        raise SheetUnreadable("too_big")
    if content.startswith(OLD_EXCEL):
        raise SheetUnreadable("old_excel")
    if content.startswith(b"PK\x03\x04"):
        return _sheet(_workbook_rows(content), "xlsx")
    text, encoding = decoded(content)
    return _sheet(_csv_rows(text), encoding)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8, UTF-16 with its mark, or GB 18030."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _looks_misread(text):
            break
        return text, encoding.removesuffix("-sig")
    raise SheetUnreadable("encoding")


def _looks_misread(text: str) -> bool:
    """GB 18030 reads nearly any bytes; other encodings then show as characters nobody types."""
    return any("\ue000" <= sign <= "\uf8ff" or "\x80" <= sign <= "\x9f" for sign in text)


def _sheet(rows: Iterable[Row], encoding: str) -> Sheet:
    filled = (row for row in rows if any(_is_filled(cell) for cell in row.cells))
    first = next(filled, None)
    if first is None:
        raise SheetUnreadable("empty")
    if len(first.cells) > MAX_COLUMNS:
        raise SheetUnreadable("too_many_columns", first.line)
    found = []
    for row in filled:
        if len(found) == MAX_ROWS:
            raise SheetUnreadable("too_many_rows")
        found.append(row)
    if not found:
        raise SheetUnreadable("empty")
    return Sheet([str(cell).strip() for cell in first.cells], found, encoding)


def _is_filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _csv_rows(text: str) -> Iterator[Row]:
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetUnreadable("broken_csv", line) from error


def _workbook_rows(content: bytes) -> Iterator[Row]:
    try:
        _check_archive(content)
        book = load_workbook(BytesIO(content), read_only=True)
        sheet = book.worksheets[0]
        # What a file says of its own size may be wrong.
        sheet.reset_dimensions()
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > MAX_ROWS * 2:
                raise SheetUnreadable("too_many_rows")
            yield Row(line, [_cell(value) for value in values])
    except BROKEN_WORKBOOK as error:
        raise SheetUnreadable("broken_workbook") from error


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise SheetUnreadable("too_big")


def _cell(value) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
