"""An exchange file with its schema, its files and their digests in one ZIP: for people who carry
files about."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO

from .files import Leaving
from .reading import ExchangeUnreadable, lines_of
from .records import LARGEST_FILE, schema

LINES = "consultation.jsonl"
SCHEMA = "schema.json"
MANIFEST = "manifest.sha256"
FILES = "files/"
ZIP = b"PK\x03\x04"
MOST_UNPACKED = 2 * 1024**3
MOST_RATIO = 200  # text of opinions packs to a tenth; a bomb to a thousandth
SMALL = 10 * 1024**2
BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def packed(lines: Iterable[bytes], files: Sequence[Leaving] = ()) -> IO[bytes]:
    """The package on disk, rewound; memory holds one line. The caller closes it."""
    file = TemporaryFile()  # noqa: SIM115  (closed by who sends it)
    described = json.dumps(schema(), ensure_ascii=False, indent=2).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        digest = hashlib.sha256()
        with archive.open(LINES, "w", force_zip64=True) as out:
            for line in lines:
                digest.update(line)
                out.write(line)
        archive.writestr(SCHEMA, described)
        manifest = f"{digest.hexdigest()}  {LINES}\n"
        manifest += f"{hashlib.sha256(described).hexdigest()}  {SCHEMA}\n"
        contents = {each.record.sha256: each.stored for each in files}
        for sha256, stored in contents.items():
            with stored.open("rb") as content, archive.open(FILES + sha256, "w") as out:
                for block in content.chunks():
                    out.write(block)
            manifest += f"{sha256}  {FILES}{sha256}\n"
        archive.writestr(MANIFEST, manifest)
    file.seek(0)
    return file


def unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of an exchange file or of a package. Raises ExchangeUnreadable.

    What the package says of itself is not believed: the end of the lines has their digest.
    """
    file.seek(0)
    is_package = file.read(len(ZIP)) == ZIP
    file.seek(0)
    if not is_package:
        yield from lines_of(file)
        return
    try:
        with zipfile.ZipFile(file) as archive, archive.open(_member(archive)) as lines:
            yield from lines_of(lines)
    except BROKEN as error:
        raise ExchangeUnreadable("broken_zip") from error


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    if LINES not in archive.namelist():
        raise ExchangeUnreadable("other_zip")
    member = archive.getinfo(LINES)
    bomb = member.file_size > max(SMALL, member.compress_size * MOST_RATIO)
    if bomb or member.file_size > MOST_UNPACKED:
        raise ExchangeUnreadable("too_big")
    return member


class Contents:
    """The contents of the files in a package, each asked for by its SHA-256."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._archive: zipfile.ZipFile | None = None
        self._room = MOST_UNPACKED

    def of(self, sha256: str) -> bytes:
        """Never more than one file may hold, nor all together more than a package may. Raises
        ExchangeUnreadable."""
        try:
            self._archive = self._archive or zipfile.ZipFile(self._file)
            with self._archive.open(FILES + sha256) as member:
                content = member.read(min(LARGEST_FILE, self._room) + 1)
        except KeyError as error:
            raise ExchangeUnreadable("file_missing", detail=sha256) from error
        except BROKEN as error:
            raise ExchangeUnreadable("broken_zip") from error
        if len(content) > min(LARGEST_FILE, self._room):
            raise ExchangeUnreadable("too_big")
        self._room -= len(content)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ExchangeUnreadable("file_digest", detail=sha256)
        return content
