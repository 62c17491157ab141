"""The anchor file: the end of the chain, told to something outside the database.

One line after every sealing: moment, position, digest. Kept on another disk or sent to a log
server, it shows that the end of the record was cut off or the whole chain made anew.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

LINE_BYTES = 256  # more than the longest line


class Anchor(NamedTuple):
    at: datetime
    position: int
    digest: str


def anchor_path() -> Path | None:
    """None where the setting is empty: then nothing is anchored."""
    name = getattr(settings, "JIANYAN_RECORD_ANCHOR", "")
    return Path(name) if name else None


def append_anchor(path: Path, *, at: datetime, position: int, digest: str) -> None:
    """Adds a line, on disk before it returns, unless the last line says so already."""
    last = _last_line(path)
    if last.split()[1:] == [str(position), digest]:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line torn by a power cut must not swallow the one after it.
    start = "\n" if last and not last.endswith("\n") else ""
    with path.open("a", encoding="ascii") as file:
        file.write(f"{start}{at.astimezone(UTC).isoformat()} {position} {digest}\n")
        file.flush()
        os.fsync(file.fileno())


def read_anchors(path: Path) -> Iterator[Anchor]:
    """Every whole line, oldest first. Raises OSError where there is no file."""
    with path.open(encoding="ascii", errors="replace") as file:
        for line in file:
            anchor = _parsed(line)
            if anchor:
                yield anchor


def _parsed(line: str) -> Anchor | None:
    parts = line.split()
    if len(parts) != 3 or len(parts[2]) != 64:
        return None
    try:
        return Anchor(datetime.fromisoformat(parts[0]), int(parts[1]), parts[2])
    except ValueError:
        return None


def _last_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LINE_BYTES))
            lines = file.read().decode("ascii", "replace").splitlines(keepends=True)
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""
