"""Draws the lots of a published file again, from it alone: exit 0, or 1 and what is wrong."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.draw import LONGEST_FILE, digest_of, faults_of

FAULTS = {
    "unknown": gettext_lazy("This is no file of a draw of this kind."),
    "incomplete": gettext_lazy("The file is not complete."),
    "seed": gettext_lazy("The seed is not the one promised."),
    "twice": gettext_lazy("An entry stands in the file twice."),
    "given": gettext_lazy("The places were not given as the lots fell."),
    "waiting": gettext_lazy("The waiting list is not in the order of the lots."),
}


class Command(BaseCommand):
    help = "Recomputes a published draw from its file alone; asks no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file: Path, **options):
        published = read(file)
        if faults := faults_of(published):
            raise CommandError("\n".join(str(FAULTS[fault]) for fault in faults), returncode=1)
        said = {
            "entries": len(published["entries"]),
            "drawn": len(published["given"]),
            "sha256": digest_of(published),
        }
        self.stdout.write(
            _(
                "The draw is right: %(entries)d entries, %(drawn)d drawn, in the order of the "
                "promised seed. SHA-256 of the file: %(sha256)s"
            )
            % said
        )


def read(file: Path) -> object:
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise CommandError(_("The file is too large."), returncode=1)
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(_("The file cannot be read as JSON."), returncode=1) from error
