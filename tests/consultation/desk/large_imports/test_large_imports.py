"""A file too large for one request: a worker checks and imports it, and survives its own death."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.record.models import Event
from consultation.actions import large_imports
from consultation.actions.imports import (
    AlreadyImported,
    ImportHasFaults,
    discard_batch,
    purge_unfinished_imports,
)
from consultation.actions.large_imports import (
    Overtaken,
    ask_for_large_import,
    check_large_again,
    imports_left_behind,
    work_on_import,
)
from consultation.desk.views import imports as views
from consultation.enums import Channel, ImportState
from consultation.models import ImportBatch, Opinion

from ..conftest import AT
from .letters import HEAD, LATER, rows, work

pytestmark = pytest.mark.django_db


def test_a_large_file_is_kept_checked_and_imported(keep, run):
    batch = keep(rows(1, 2, 3, 4, 5))
    assert (batch.state, Opinion.objects.count()) == (ImportState.CHECKING, 0)
    name = batch.file.name

    run(batch)

    assert (batch.state, batch.row_count, batch.done_rows) == (ImportState.IMPORTED, 5, 5)
    assert [*Opinion.objects.order_by("pk").values_list("external_key", flat=True)] == [
        "n1",
        "n2",
        "n3",
        "n4",
        "n5",
    ]
    assert batch.sha256 == hashlib.sha256(rows(1, 2, 3, 4, 5).encode()).hexdigest()
    assert (batch.file.name, "imports/" in name) == ("", True)
    assert Event.objects.get(verb="consultation.opinions_imported").data["rows"] == 5


def test_a_large_file_with_a_fault_is_not_imported_at_all(keep, official):
    batch = work(keep(rows(1, 2) + "n3,,明天,\n"))

    assert (batch.state, [(f["line"], f["code"]) for f in batch.faults]) == (
        ImportState.CHECKED,
        [(4, "no_text"), (4, "bad_date")],
    )
    with pytest.raises(ImportHasFaults):
        ask_for_large_import(batch, by=official, at=AT)
    assert Opinion.objects.count() == 0


def test_faults_of_a_large_file_are_listed_up_to_a_limit(keep, monkeypatch):
    monkeypatch.setattr(large_imports, "MOST_FAULTS", 3)

    assert len(work(keep(HEAD + ",,,\n" + "n,,坏,\n" * 50)).faults) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("意見內容\n計程車與乘客的權利義務\n".encode("big5"), "file_encoding"),
        (b"PK\x03\x04 no workbook", "file_broken_workbook"),
        ((HEAD + 'n1,"没有结束,2026-11-01,\n').encode(), "file_broken_csv"),
        (b'{"type": "exchange"}\n{"type": "opinion"', "file_broken_json"),
    ],
)
def test_a_large_file_that_cannot_be_read_says_why(keep, content, code):
    assert [fault["code"] for fault in work(keep(content)).faults] == [code]


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(keep, official, monkeypatch):
    batch = work(keep(rows(1, 2, 3, 4, 5)))
    ask_for_large_import(batch, by=official, at=AT)
    write, written = large_imports._write, []

    def dies(*arguments):
        if written:
            raise MemoryError
        written.append(write(*arguments))
        return True

    monkeypatch.setattr(large_imports, "_write", dies)
    with pytest.raises(MemoryError):
        work_on_import(batch.pk, at=AT)
    monkeypatch.setattr(large_imports, "_write", write)
    ImportBatch.objects.filter(pk=batch.pk).update(alive_at=AT)

    assert not work_on_import(batch.pk, at=AT + timedelta(minutes=2))
    assert imports_left_behind(AT + timedelta(minutes=2)) == []
    assert imports_left_behind(LATER) == [batch.pk]
    assert work(batch, LATER).state == ImportState.IMPORTED
    keys = [*Opinion.objects.order_by("pk").values_list("external_key", flat=True)]
    assert keys == ["n1", "n2", "n3", "n4", "n5"]


def test_a_worker_taken_for_dead_writes_nothing_more(keep, official):
    batch = work(keep(rows(1, 2, 3)))
    ask_for_large_import(batch, by=official, at=AT)
    batch.refresh_from_db()
    late = ImportBatch.objects.get(pk=batch.pk)
    work(batch)

    with pytest.raises(Overtaken):
        large_imports._write(late, [], 2)
    assert Opinion.objects.count() == 3


def test_a_number_imported_meanwhile_stops_the_import_without_a_double(keep, official, run):
    batch = work(keep(rows(1, 2, 3, 4, 5)))
    ask_for_large_import(batch, by=official, at=AT)
    run(keep(rows(4)))

    work(batch)

    assert [(f["line"], f["code"]) for f in batch.faults] == [(5, "imported_before")]
    assert (batch.state, batch.done_rows) == (ImportState.CHECKED, 2)
    assert Opinion.objects.filter(external_key="n4").count() == 1
    for refused in (discard_batch, check_large_again):
        arguments = {"mapping": {}, "channel": Channel.LETTER} if refused != discard_batch else {}
        with pytest.raises(AlreadyImported):
            refused(batch, by=official, at=AT, **arguments)


def test_the_columns_of_a_large_file_are_chosen_and_checked_again(keep, official):
    batch = work(keep("要点,日子\n支持,2026-11-01\n"))
    assert [fault["code"] for fault in batch.faults] == ["no_text", "no_received_at"]

    chosen = {"text": 0}
    told = {"channel": Channel.PHONE, "received_on": AT.date(), "by": official, "at": AT}
    check_large_again(batch, mapping=chosen, **told)
    work(batch)

    assert (batch.state, batch.row_count) == (ImportState.CLEAN, 1)


def test_the_same_large_file_is_not_imported_twice(keep, run):
    run(keep(rows(1)))

    assert [fault["code"] for fault in work(keep(rows(1))).faults] == ["imported_file"]


def test_a_large_file_that_was_never_imported_goes_after_thirty_days(keep):
    batch = work(keep(rows(1)))

    assert purge_unfinished_imports(AT + timedelta(days=29)) == {"imports": 0}
    assert purge_unfinished_imports(AT + timedelta(days=30)) == {"imports": 1}
    assert not ImportBatch.objects.filter(pk=batch.pk).exists()


def test_rows_are_written_many_at_a_time(keep, official, monkeypatch):
    monkeypatch.setattr(large_imports, "CHUNK", 1000)
    batch = work(keep(rows(*range(300))))
    ask_for_large_import(batch, by=official, at=AT)

    with CaptureQueriesContext(connection) as queries:
        work(batch)

    assert (batch.done_rows, len(queries) < 30) == (300, True)


def test_the_officer_uploads_a_large_file_and_sees_how_far_it_is(desk, address, monkeypatch):
    monkeypatch.setattr(views, "LARGE_FROM", 10)
    file = SimpleUploadedFile("来信.csv", rows(1, 2, 3).encode())
    url = desk.post(address("imports"), {"file": file, "channel": "letter"}).url
    batch = ImportBatch.objects.get()

    page = desk.get(url)
    assert (page.context["is_clean"], len(page.context["preview"])) == (True, 3)
    assert desk.post(address("run_import", batch.pk)).url == url
    told = desk.get(address("import_status", batch.pk)).json()
    assert (told["over"], told["done"], told["total"]) == (True, 3, 3)
    assert Opinion.objects.count() == 3
    assert desk.get(url).status_code == 200


def test_a_page_shows_an_import_under_way(desk, address, keep, official):
    batch = keep(rows(1))
    assert "data-run" in desk.get(address("import", batch.pk)).content.decode()
    work(batch)
    ask_for_large_import(batch, by=official, at=AT)
    assert "<progress" in desk.get(address("import", batch.pk)).content.decode()
