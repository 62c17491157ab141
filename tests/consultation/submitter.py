"""A process that submits one opinion as the web does, and stops for good at a given step."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"

import django
from django.test.utils import setup_test_environment

django.setup()
setup_test_environment()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from consultation.models import ConsultationPage  # noqa: E402

STEPS = {
    "after the receipt": 'INSERT INTO "intake_receipt"',
    "after the opinion": 'INSERT INTO "consultation_opinion"',
    "before the commit": 'INSERT INTO "record_event"',
}


def stop() -> None:
    sys.stdout.write("stopped\n")
    sys.stdout.flush()
    time.sleep(600)


def stopping_after(table: str):
    def wrapper(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith(table):
            stop()
        return answer

    return wrapper


def main(step: str) -> None:
    page = ConsultationPage.objects.get()
    decision = page.get_parent()
    address = reverse("consultation:opinion", args=[2026, decision.slug])
    client = Client()
    form = client.get(address).context["form"]
    names = ("submission_key", "notice_version")
    data = {"text": "同意", "consent": "on", **{name: form[name].value() for name in names}}
    if step in STEPS:
        with connection.execute_wrapper(stopping_after(STEPS[step])):
            client.post(address, data)
    else:
        client.post(address, data)
        stop()


with suppress(KeyboardInterrupt):
    main(sys.argv[1])
