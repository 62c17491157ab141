import time

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from home.due import run_due


class Command(BaseCommand):
    help = "Everything that time brings about: open, close, warn, publish, send, purge, seal."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on, and run again after so long"
        )

    def handle(self, *args, every=None, **options):
        failed = run_due(timezone.now())
        while every:
            time.sleep(every)
            close_old_connections()
            run_due(timezone.now())
        if failed:
            raise CommandError(", ".join(failed))
