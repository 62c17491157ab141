"""Whether the numbers of opinions are right: exit 0, or 1 and how many were not."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.record.management.commands.record_verify import in_both_languages
from consultation.models import OpinionCount


class Command(BaseCommand):
    help = "Counts every opinion again; what was counted otherwise is put right, and said."

    def handle(self, **options):
        wrong = OpinionCount.objects.mend()
        if wrong:
            raise CommandError(in_both_languages(lambda: accusation(wrong)), returncode=1)
        self.stdout.write(in_both_languages(lambda: _("Every number of opinions is right.")))


def accusation(wrong: int) -> str:
    said = ngettext(
        "%(count)d number of opinions was wrong and has been put right.",
        "%(count)d numbers of opinions were wrong and have been put right.",
        wrong,
    )
    return said % {"count": wrong}
