"""Whether every session's counters are the sum of its sign-ups: exit 0, or 1 and which are not."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from events.queries import places_differences


class Command(BaseCommand):
    help = "Compares the counters of places of every session with its sign-ups."

    def handle(self, **options):
        wrong = places_differences()
        if not wrong:
            self.stdout.write(_("All places agree with the sign-ups."))
            return
        lines = [
            _("Session %(session)s differs: %(difference)s")
            % {
                "session": session,
                "difference": ", ".join(f"{name} {count:+d}" for name, count in found.items()),
            }
            for session, found in wrong.items()
        ]
        raise CommandError("\n".join(lines), returncode=1)
