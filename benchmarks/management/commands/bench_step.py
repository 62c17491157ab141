import json

from django.core.management.base import BaseCommand

from benchmarks.inside import STEPS


class Command(BaseCommand):
    help = "One step of `make bench` that runs inside the site; prints one JSON object."

    def add_arguments(self, parser):
        parser.add_argument("step", choices=STEPS)
        parser.add_argument("arguments", nargs="*")

    def handle(self, *args, step, arguments, **options):
        self.stdout.write(json.dumps(STEPS[step](*arguments)))
