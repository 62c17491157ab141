"""Opinions in JSON as rows with headings: exchange files, answers of ``/api/v1/``, lists. Pure.

One object a line (then read line by line, however long), or one document with a list of objects,
at its top or under ``items``. Of an exchange file only whole opinions that were not withdrawn.
"""

import json
from collections.abc import Iterable, Iterator
from typing import IO

from .rows import Row, SheetUnreadable

LONGEST = 20 * 1024 * 1024
EXCHANGED = (
    "key",
    "text",
    "reasons",
    "received_at",
    "channel",
    "identity",
    "article_key",
    "author",
    "contact",
)


def json_rows(file: IO[bytes]) -> Iterator[Row]:
    """Headings as the first row. Raises SheetUnreadable with the line."""
    first = file.readline(LONGEST)
    file.seek(0)
    record = _object(first)
    if record is None or isinstance(record.get("items"), list):
        yield from _rows_of_list(_document(file))
    elif record.get("type") == "exchange":
        yield Row(1, list(EXCHANGED))
        yield from _rows_of_exchange(file)
    else:
        yield from _rows_of_lines(file)


def _object(line: bytes) -> dict | None:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _document(file: IO[bytes]) -> list[dict]:
    content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise SheetUnreadable("json_too_long")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SheetUnreadable("broken_json", error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SheetUnreadable("broken_json", 1) from error
    rows = found.get("items") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SheetUnreadable("other_json")
    return rows


def _rows_of_list(objects: list[dict]) -> Iterator[Row]:
    """An object's line is its place in the list, behind that of the headings."""
    headings = list(dict.fromkeys(name for found in objects for name in _flat(found)))
    yield Row(1, headings)
    for line, found in enumerate(objects, start=2):
        yield Row(line, _cells(_flat(found), headings))


def _objects(file: IO[bytes]) -> Iterator[tuple[int, dict]]:
    line = 0
    while raw := file.readline(LONGEST):
        line += 1
        if raw.strip():
            found = _object(raw)
            if found is None:
                raise SheetUnreadable("broken_json", line)
            yield line, found


def _rows_of_lines(file: IO[bytes]) -> Iterator[Row]:
    """The first object names the columns; a later one with others is refused, not cut."""
    headings: list[str] = []
    for line, found in _objects(file):
        flat = _flat(found)
        if not headings:
            headings = list(flat)
            yield Row(line, headings)
        if not flat.keys() <= set(headings):
            raise SheetUnreadable("other_keys", line)
        yield Row(line, _cells(flat, headings))


def _rows_of_exchange(file: IO[bytes]) -> Iterator[Row]:
    kind = ""
    line = 0
    for line, found in _objects(file):
        kind = found.get("type")
        if kind != "opinion" or found.get("part_of") or found.get("withdrawn_at"):
            continue
        yield Row(line, _cells(_flat(found | _author(found)), EXCHANGED))
    if kind != "end":
        raise SheetUnreadable("broken_json", line)


def _author(found: dict) -> dict:
    author = found.get("author")
    known = author if isinstance(author, dict) else {}
    return {"author": known.get("name"), "contact": known.get("contact")}


def _flat(found: dict) -> dict[str, str]:
    """Plain values as text; of a value with its label the code; lists and the like left out."""
    plain = {}
    for name, value in found.items():
        if isinstance(value, dict) and "code" in value:
            value = value["code"]
        if not isinstance(value, dict | list):
            plain[name] = _text(value)
    return plain


def _text(value) -> str:
    text = "" if value is None else str(value)
    # Half a character cannot be stored: shown as one that cannot be read.
    return text.encode("utf-8", "replace").decode()


def _cells(flat: dict[str, str], headings: Iterable[str]) -> list[str]:
    return [flat.get(name, "") for name in headings]
