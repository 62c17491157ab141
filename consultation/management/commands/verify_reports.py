"""Whether every edition of a report is as it was published: exit 0, or 1 and which are not."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.record.management.commands.record_verify import in_both_languages
from consultation.models import ReportEdition


class Command(BaseCommand):
    help = "Computes the sums of every published report again: of its data, page and files."

    def handle(self, **options):
        count, withheld, changed = 0, 0, []
        editions = ReportEdition.objects.select_related("snapshot", "page", "withholding")
        for edition in editions.iterator():
            count += 1
            withheld += edition.withheld is not None
            if not edition.is_as_it_was():
                changed.append(edition)
        if changed:
            raise CommandError(in_both_languages(lambda: accusation(changed)), returncode=1)
        self.stdout.write(in_both_languages(lambda: acquittal(count, withheld)))


def accusation(changed: list[ReportEdition]) -> str:
    said = _("Changed since it was published: %(edition)s")
    return "\n".join(said % {"edition": edition} for edition in changed)


def acquittal(count: int, withheld: int) -> str:
    """What is withheld from the public is kept and verified like the rest."""
    said = ngettext(
        "%(count)d edition is as it was published.",
        "%(count)d editions are as they were published.",
        count,
    )
    if withheld:
        said = _("%(count)d editions are as they were published, of them withheld: %(withheld)d.")
    return said % {"count": count, "withheld": withheld}
