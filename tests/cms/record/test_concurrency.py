from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from cms.record.actions import record, seal
from cms.record.models import Event, Link
from cms.record.queries import problems

from .conftest import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_locks(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def together(*calls) -> list:
    """Runs every call in a thread and a connection of its own; their answers."""

    def closing(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [run.result(180) for run in [threads.submit(closing, call) for call in calls]]


def test_sealing_at_the_same_time_chains_every_event_once():
    for number in range(200):
        record("test.happened", None, at=NOON, data={"n": number})
    start = Barrier(4)

    def sealing() -> int:
        start.wait()
        return seal(NOON)

    assert sum(together(*[sealing] * 4)) == 200
    assert Link.objects.count() == 200
    assert list(problems()) == []


def test_sealing_waits_for_nobody_and_chains_the_late_one_afterwards():
    written, sealed = Barrier(2), Barrier(2)

    def slow_request() -> int:
        with transaction.atomic():
            event = record("test.slow", None, by="citizen", at=NOON)
            written.wait(120)
            sealed.wait(120)
            return event.pk

    def job() -> int:
        written.wait(120)
        quick = record("test.quick", None, by="citizen", at=NOON)
        assert seal(NOON) == 1
        sealed.wait(120)
        return quick.pk

    slow, quick = together(slow_request, job)
    assert slow < quick
    assert seal(NOON) == 1
    assert list(Link.objects.order_by("position").values_list("event_id", flat=True)) == [
        quick,
        slow,
    ]
    assert list(problems()) == []


def test_citizens_do_not_wait_for_each_other():
    start = Barrier(3)

    def request() -> int:
        with transaction.atomic():
            event = record("test.happened", None, by="citizen", at=NOON)
            start.wait(120)  # all three have written before any of them commits
            return event.pk

    assert len(set(together(request, request, request))) == 3
    assert Event.objects.count() == 3
