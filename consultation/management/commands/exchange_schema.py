import json

from django.core.management.base import BaseCommand

from consultation.exchange.records import schema


class Command(BaseCommand):
    help = "Prints the JSON Schema of an exchange file (docs/exchange.schema.json)."

    def handle(self, *args, **options):
        self.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True))
