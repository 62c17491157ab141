"""Two workers at one exchange file, and one who looks on while it is taken over."""

import time
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from cms.accounts.models import Department
from consultation.actions.exchange import export_consultation
from consultation.actions.take_overs import _heard, keep_exchange_file, take_over
from consultation.enums import TakeOverState
from consultation.models import ConsultationPage, Opinion, TakeOver
from home.founding import found_site
from tests.consultation.test_races import at_once
from tests.factories import ConsultationPageFactory, UserFactory
from tests.helpers import plant_roots

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time is all that SQLite knows")


@pytest.fixture
def coming(db, tmp_path, monkeypatch) -> TakeOver:
    """On a disk: a file in memory has one place of reading for all who have it open."""
    storage = FileSystemStorage(tmp_path)
    monkeypatch.setattr(TakeOver._meta.get_field("file"), "storage", storage)
    plant_roots()
    page = ConsultationPageFactory(
        parent__parent__parent__parent=found_site().root_page.specific, parent__slug="lift"
    )
    now, officer = timezone.now(), UserFactory()
    told = {"consultation": page, "received_at": now - timedelta(hours=1)}
    Opinion.objects.bulk_create(Opinion(text=f"意见{n}", **told) for n in range(50))
    lines = export_consultation(page, site="x", by=officer, at=now).lines
    return keep_exchange_file(
        SimpleUploadedFile("c.jsonl", b"".join(lines)),
        catalogue=page.get_parent().get_parent().specific,
        department=Department.objects.first() or Department.objects.create(code="x", name="x"),
        by=officer,
        at=now,
    )


def test_two_workers_at_once_take_a_file_over_once(coming):
    answers = at_once(*[lambda: take_over(coming.pk, at=timezone.now())] * 3)

    assert sorted(answers) == [False, False, True]
    coming.refresh_from_db()
    assert (coming.state, coming.consultation.opinions.count()) == (TakeOverState.DONE, 50)
    assert ConsultationPage.objects.count() == 2


def test_a_worker_that_wakes_beside_the_one_that_followed_it_writes_nothing(coming):
    silent = timezone.now() + timedelta(minutes=4)

    answers = at_once(
        lambda: take_over(coming.pk, at=timezone.now()), lambda: take_over(coming.pk, at=silent)
    )

    assert [answer for answer in answers if not isinstance(answer, bool)] == []
    assert True in answers
    assert ConsultationPage.objects.count() == 2
    assert Opinion.objects.count() == 100


def test_how_far_it_is_can_be_seen_before_the_transaction_ends(coming):
    TakeOver.objects.update(state=TakeOverState.RUNNING, lines=60)
    coming.refresh_from_db()

    def looks_on() -> int:
        for _moment in range(100):
            if done := TakeOver.objects.get(pk=coming.pk).done_lines:
                return done
            time.sleep(0.1)
        return 0

    seen = []
    with _heard(coming) as progress, transaction.atomic():
        progress(7)
        seen += at_once(looks_on)
        ConsultationPage.objects.update(summary="written, and not to be seen yet")

    assert seen == [7]
