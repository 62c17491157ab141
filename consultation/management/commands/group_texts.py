import csv
import io
import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cms.wording.grouping import Grouping, group_texts

SHOWN = 3
EXCERPT = 60
WRONG_INPUT = 2


class Command(BaseCommand):
    help = "Group the texts in a column of a CSV file that say the same. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV in UTF-8, UTF-16 with a mark, or GB18030")
        parser.add_argument("--column", required=True, help="Name of the column with the texts")
        parser.add_argument("--least", type=int, default=3, help="Texts in a group (default 3)")
        parser.add_argument("--json", action="store_true", help="Row numbers as JSON, from 0")

    def handle(self, *args, file, column, least, **options):
        texts = read_column(Path(file), column)
        found = group_texts(texts, least=least, progress=self._progress)
        self.stdout.write(as_json(found) if options["json"] else as_listing(found, texts))

    def _progress(self, stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{stage} {done}/{total}\033[K", ending="")


def read_column(file: Path, column: str) -> list[str]:
    """The texts of a column. Refuses with CommandError and exit code 2, saying what is wrong."""
    try:
        text = _decoded(file.read_bytes())
    except OSError as error:
        raise CommandError(
            f"{file} cannot be read: {error.strerror}.", returncode=WRONG_INPUT
        ) from error
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [name.strip() for name in next(rows, [])]
    if column not in header:
        there = ", ".join(header) or "none"
        raise CommandError(
            f"{file} has no column {column}. Columns: {there}.", returncode=WRONG_INPUT
        )
    place = header.index(column)
    return [row[place] if place < len(row) else "" for row in rows if row]


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, otherwise as Excel in China writes it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=lambda sign: (header.count(sign), sign == ","))


def as_json(found: Grouping) -> str:
    groups = [
        {"label": group.label, "phrases": group.phrases, "members": group.members}
        for group in found.groups
    ]
    return json.dumps({"groups": groups, "ungrouped": found.ungrouped}, ensure_ascii=True)


def as_listing(found: Grouping, texts: list[str]) -> str:
    lines = [f"{len(texts)} texts, {len(found.groups)} groups, {len(found.ungrouped)} ungrouped"]
    for group in found.groups:
        lines += ["", f"{len(group.members):>6}  {group.label}  [{' · '.join(group.phrases)}]"]
        for row in group.members[:SHOWN]:
            lines.append(f"        {row}: {' '.join(texts[row].split())[:EXCERPT]}")
    return "\n".join(lines)
