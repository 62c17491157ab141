import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

from cms.letters.actions import deliver_due
from cms.letters.models import Letter
from cms.letters.rules import LEASE

from .conftest import a_letter

PATIENCE = 120  # seconds, on a machine busy with other things

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_processes(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture
def tomorrow():
    """Letters of tomorrow are not sent by the job that writing them starts here and now."""
    return timezone.now() + timedelta(days=1)


def test_a_worker_killed_over_its_letters_loses_none(tmp_path, settings, tomorrow):
    letters = [a_letter(at=tomorrow) for _ in range(5)]
    worker = start_worker(tmp_path, tomorrow)
    try:
        wait_for(lambda: handed_on(tmp_path).total() == 3, worker)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(PATIENCE)
    assert sorted(Letter.objects.values_list("state", flat=True)) == [
        "queued",
        "queued",
        "sending",
        "sent",
        "sent",
    ]

    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert deliver_due(tomorrow + LEASE) == 3
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    ids = [letter.message_id for letter in letters]
    assert handed_on(tmp_path) == {ids[0]: 1, ids[1]: 1, ids[2]: 2, ids[3]: 1, ids[4]: 1}


def start_worker(folder: Path, at) -> subprocess.Popen:
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.cms.letters.worker", str(folder), at.isoformat()],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
    )


def wait_for(condition, worker: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert worker.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker never came so far"
        time.sleep(0.05)


def handed_on(folder: Path) -> Counter:
    """How often each message number was handed on; one file may hold several messages."""
    mails = "".join(file.read_text() for file in folder.iterdir())
    return Counter(re.findall(r"^Message-ID: (\S+)$", mails, re.MULTILINE))


def test_workers_at_the_same_time_send_each_letter_once(memory, tomorrow):
    letters = [a_letter(at=tomorrow) for _ in range(20)]

    def work() -> int:
        try:
            return deliver_due(tomorrow)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(work) for _ in range(4)]
        assert sum(run.result(PATIENCE) for run in runs) == 20
    assert Counter(sent.pk for sent in memory.sent) == {letter.pk: 1 for letter in letters}
