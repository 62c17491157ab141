"""Reading an exchange file: line by line, and the first fault with its line. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from ..versions import version_digest
from .records import (
    ORDER,
    AnyRecord,
    Consultation,
    Decision,
    End,
    File,
    Group,
    Head,
    Opinion,
    Version,
    reader,
)

LONGEST_LINE = 8 * 1024 * 1024
MOST_VALUE = 80
ONCE = (Head, Decision, Consultation, End)


class ExchangeUnreadable(Exception):
    """The file cannot be taken. ``code`` says why, ``line`` where; ``detail`` more, if any."""

    def __init__(self, code: str, line: int = 0, detail: str = ""):
        super().__init__(f"{code}, line {line}: {detail}")
        self.code, self.line, self.detail = code, line, detail


def lines_of(file) -> Iterator[bytes]:
    """The lines of a binary file, never more of one than may be. Raises ExchangeUnreadable."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise ExchangeUnreadable("line_too_long", number)
        yield line


def read(lines: Iterable[bytes]) -> Iterator[tuple[int, AnyRecord]]:
    """Each record with its line, from 1, checked by itself and against those before it.

    Raises ExchangeUnreadable; a file that is cut off is found at its end, so nothing may be kept
    before all has been read.
    """
    check, number = _Check(), 0
    for number, raw in enumerate(lines, start=1):
        record = _record(raw, number)
        check.take(record, number)
        yield number, record
        check.hash.update(raw)
    if not check.ended:
        raise ExchangeUnreadable("cut_off", number)


def _record(raw: bytes, line: int) -> AnyRecord:
    try:
        data = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise ExchangeUnreadable("encoding", line) from error
    except (ValueError, RecursionError) as error:
        raise ExchangeUnreadable("no_json", line) from error
    if line == 1 and not (isinstance(data, dict) and data.get("type") == "exchange"):
        raise ExchangeUnreadable("other_file", line)
    try:
        return reader.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        detail = f"{where}: {first['msg']}"[: MOST_VALUE * 2]
        raise ExchangeUnreadable("shape", line, detail) from error


class _Check:
    """What a record has to fit: the order of the lines, and what it refers to."""

    def __init__(self):
        self.hash = hashlib.sha256()
        self.ended = False
        self._rank = -1
        self._versions: set[int] = set()
        self._groups: set[str] = set()
        self._opinions: set[str] = set()
        self._points: set[tuple[str, int]] = set()
        self._files = 0
        self._drafts: set[str] = set()

    def take(self, record: AnyRecord, line: int) -> None:
        self._in_order(record, line)
        match record:
            case Version():
                self._version(record, line)
            case Group():
                self._once(record.title, self._groups, line)
            case Opinion():
                self._opinion(record, line)
            case File():
                self._file(record, line)
            case End():
                self._end(record, line)

    def _in_order(self, record: AnyRecord, line: int) -> None:
        rank = ORDER.index(type(record))
        gap = any(kind in ONCE for kind in ORDER[self._rank + 1 : rank])
        again = rank == self._rank and type(record) in ONCE
        if rank < self._rank or gap or again:
            raise ExchangeUnreadable("order", line, record.type)
        self._rank = rank

    def _version(self, record: Version, line: int) -> None:
        self._once(record.number, self._versions, line)
        if version_digest(record.title, record.articles) != record.sha256:
            raise ExchangeUnreadable("version_digest", line, str(record.number))

    def _opinion(self, record: Opinion, line: int) -> None:
        self._once(record.key, self._opinions, line)
        if record.part_of is not None:
            self._known(record.part_of, self._opinions, "part_of", line)
            self._once((record.part_of, record.part_number), self._points, line)
        if record.group is not None:
            self._known(record.group, self._groups, "group", line)
        if record.version is not None:
            self._known(record.version, self._versions, "version", line)

    def _file(self, record: File, line: int) -> None:
        self._files += 1
        if record.place == "draft":
            self._once(record.place, self._drafts, line)
        if record.opinion is not None:
            self._known(record.opinion, self._opinions, "opinion", line)

    def _end(self, record: End, line: int) -> None:
        counted = (len(self._versions), len(self._groups), len(self._opinions), self._files)
        totals = record.totals
        if counted != (totals.versions, totals.groups, totals.opinions, totals.files):
            raise ExchangeUnreadable("totals", line)
        if self.hash.hexdigest() != record.sha256:
            raise ExchangeUnreadable("digest", line)
        self.ended = True

    def _once(self, key, seen: set, line: int) -> None:
        if key in seen:
            raise ExchangeUnreadable("twice", line, str(key)[:MOST_VALUE])
        seen.add(key)

    def _known(self, key, seen: set, where: str, line: int) -> None:
        if key not in seen:
            raise ExchangeUnreadable("unknown", line, f"{where}: {str(key)[:MOST_VALUE]}")
