from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from cms.duties.actions import meet_duty, open_duty, recompute_open_duties
from cms.duties.models import Duty

from .conftest import AT, REPORT, STARTED

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_locks(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def closing(call):
    def called():
        try:
            return call()
        finally:
            connection.close()

    return called


def open_about(department):
    return open_duty(
        REPORT, department, department=department, title="x", started_on=STARTED, at=AT
    )


def meanwhile(first, second):
    """Runs `second` while `first` has been done but not committed; the answer of `second`."""
    done, waiting = Event(), Event()

    def later():
        done.wait(10)
        waiting.set()
        return second()

    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(closing(later))
        with transaction.atomic():
            first()
            done.set()
            waiting.wait(10)
            with pytest.raises(TimeoutError):
                run.result(0.5)
        return run.result(10)


def test_two_offices_that_open_a_duty_at_once_open_one(department):
    start = Barrier(4)

    def opening():
        start.wait(10)
        return open_about(department).pk

    with ThreadPoolExecutor(4) as threads:
        opened = {run.result(30) for run in [threads.submit(closing(opening)) for _ in range(4)]}
    assert opened == {Duty.objects.get().pk}
    assert Duty.objects.get().segments.count() == 1


def test_of_two_that_meet_a_duty_at_once_the_first_counts(department):
    open_about(department)
    second = meanwhile(
        lambda: meet_duty(department, REPORT, on=date(2026, 10, 8)),
        lambda: meet_duty(department, REPORT, on=date(2026, 10, 9)).met_on,
    )
    assert second == Duty.objects.get().met_on == date(2026, 10, 8)


def test_a_new_calendar_does_not_open_again_what_was_met_meanwhile(department):
    duty = open_about(department)
    Duty.objects.filter(pk=duty.pk).update(provisional=True)
    moved = meanwhile(
        lambda: meet_duty(department, REPORT, on=date(2026, 10, 8)),
        lambda: recompute_open_duties(AT),
    )
    duty.refresh_from_db()
    assert (moved, duty.state) == (0, "met")
