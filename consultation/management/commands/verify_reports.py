import sys

from django.core.management.base import BaseCommand

from consultation.models import ReportEdition


class Command(BaseCommand):
    help = (
        "Compute the sums of every published adoption report again, of its data, its page and "
        "its files. Exit 1 and the editions that are not as they were published."
    )

    def handle(self, *args, **options):
        editions = ReportEdition.objects.select_related("snapshot", "page")
        changed = [edition for edition in editions if not edition.is_as_it_was()]
        for edition in changed:
            self.stderr.write(f"Changed since it was published: {edition}")
        if changed:
            sys.exit(1)
        self.stdout.write(f"{len(editions)} editions are as they were published.")
