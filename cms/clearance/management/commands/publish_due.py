from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.clearance.scheduling import publish_due


class Command(BaseCommand):
    help = "Publish what is scheduled and cleared; report what is not cleared, and go on."

    def handle(self, *args, **options):
        published, refused = publish_due(timezone.now())
        for page in published:
            self.stdout.write(_("Published: %s") % page)
        for page, reasons in refused:
            self.stderr.write(
                _("Not published: %(page)s — %(reasons)s")
                % {"page": page, "reasons": " ".join(reasons)}
            )
