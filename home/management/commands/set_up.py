from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from home.founding import found_site


class Command(BaseCommand):
    help = "Languages, front pages, roles with their rights, and the gate. Safe to run again."

    def handle(self, *args, **options):
        site = found_site()
        self.stdout.write(_("The site stands: %s") % site.root_url)
