from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.intake.purges import purges


class Command(BaseCommand):
    help = "Delete everything whose time is over. Safe to run twice or late."

    def add_arguments(self, parser):
        parser.add_argument("--now", help="Another moment in ISO form, for drills and tests")

    def handle(self, *args, now=None, **options):
        at = _moment(now)
        counts: dict[str, int] = {}
        for purge in purges:
            for what, count in purge(at).items():
                counts[what] = counts.get(what, 0) + count
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count}")


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not a moment in ISO form.") from error
    return at if at.tzinfo else timezone.make_aware(at)
