"""Rows of a file, whatever the kind of file. Pure."""

from dataclasses import dataclass
from datetime import datetime

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
