"""Whether the record is as it was written: exit 0, or 1 and the first bad row."""

from collections.abc import Callable
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from cms.record.queries import Problem, verify


class Command(BaseCommand):
    help = "Verifies the record: changed, deleted, swapped, inserted events and a cut end."

    def add_arguments(self, parser):
        parser.add_argument(
            "--since", metavar="ISO", help="only events from this moment or day on"
        )

    def handle(self, *, since: str | None, **options):
        problem = verify(parse_moment(since) if since else None)
        lines = in_both_languages(lambda: verdict(problem))
        if problem:
            raise CommandError(lines, returncode=1)
        self.stdout.write(lines)


def parse_moment(text: str) -> datetime:
    """A moment, or the start of a day, in the town's own time."""
    try:
        moment, day = parse_datetime(text), parse_date(text)
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - made aware below
    if moment is None:
        raise CommandError(_("--since must be a moment or a day in ISO form."))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def in_both_languages(say: Callable[[], str]) -> str:
    """What is said, for whoever reads the journal of the machine."""
    lines = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            lines.append(say())
    return "\n".join(dict.fromkeys(lines))


def verdict(problem: Problem | None) -> str:
    if problem:
        return _("The record is broken: %(problem)s") % {"problem": problem}
    return _("The record is whole.")
