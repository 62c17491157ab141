"""A worker process of its own that hangs over its third letter, after handing it on."""

import os
import sys
import time
from datetime import datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"
django.setup()

from django.conf import settings  # noqa: E402

from cms.letters.actions import deliver_due  # noqa: E402
from cms.letters.channels import MailChannel  # noqa: E402

HANGS_AT = 3


class HangingMailChannel(MailChannel):
    handed_on = 0

    def send(self, letter):
        super().send(letter)
        self.handed_on += 1
        if self.handed_on == HANGS_AT:
            time.sleep(600)


if __name__ == "__main__":
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = sys.argv[1]
    settings.JIANYAN_RECORD_ANCHOR = ""
    settings.JIANYAN_LETTER_CHANNELS = {"mail": "tests.cms.letters.worker.HangingMailChannel"}
    deliver_due(datetime.fromisoformat(sys.argv[2]))
