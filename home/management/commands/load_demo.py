import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.demo_loader.load import load_demo


class Command(BaseCommand):
    help = "Fill the site with the demo content, through the same actions people use."

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=["small", "large"], default="small")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, scale, **options):
        loaded = load_demo(
            password=os.environ.get("DEMO_PASSWORD", ""), scale=scale, at=timezone.now()
        )
        if options["json"]:
            self.stdout.write(json.dumps(loaded.as_json(), ensure_ascii=False))
            return
        self.stdout.write(_("Pages:"))
        for name, page in loaded.pages.items():
            self.stdout.write(f"  {name:22}{settings.BASE_URL}{page.get_url()}")
        self.stdout.write(
            _("Editing and the departments' desk: %s")
            % f"{settings.BASE_URL}{reverse('wagtailadmin_home')}"
        )
        self.stdout.write(_("Accounts (user name, password):"))
        for account in loaded.accounts.values():
            self.stdout.write(f"  {account['username']:16}{account['password']}")
