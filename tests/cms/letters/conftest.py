import copy
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from cms.letters.actions import write_letter
from cms.letters.channels import MemoryChannel, channel_named
from cms.letters.models import Letter

NOON = datetime(2023, 9, 1, 4, 0, tzinfo=UTC)
TEMPLATES = Path(__file__).parent / "templates"
_numbers = count()


@pytest.fixture(autouse=True)
def sample_template(settings, tmp_path):
    with_sample = copy.deepcopy(settings.TEMPLATES)
    with_sample[0]["DIRS"] = [TEMPLATES, *with_sample[0]["DIRS"]]
    settings.TEMPLATES = with_sample
    settings.JIANYAN_RECORD_ANCHOR = ""
    settings.DEFAULT_FROM_EMAIL = "Town <no-reply@songnan.gov.cn>"


@pytest.fixture
def memory(settings) -> MemoryChannel:
    settings.JIANYAN_LETTER_CHANNELS = {"mail": "cms.letters.channels.MemoryChannel"}
    channel = channel_named("mail")
    channel.sent, channel.failures = [], 0
    return channel


def a_letter(**changes) -> Letter:
    values = {
        "template": "sample",
        "recipient": "zhang@example.cn",
        "language": "en",
        "context": sample_context(),
        "cause": "opinion_received",
        "about": None,
        "once_key": f"sample:{next(_numbers)}",
        "at": NOON,
    }
    return write_letter(**{**values, **changes})


def sample_context(**changes) -> dict:
    return {
        "title": "Lifts",
        "name": "Zhang",
        "day": date(2023, 9, 1),
        "text": "Good.",
        "number": "A1B2",
        "score": 3.5,
        "receipt_url": "/receipts/?number=A1B2",
        "items": ["one", "two"],
        **changes,
    }
