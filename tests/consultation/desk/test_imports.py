from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from cms.intake.models import Receipt
from cms.record.models import Event
from consultation.actions.imports import (
    AlreadyImported,
    ImportHasFaults,
    check_again,
    check_file,
    discard_batch,
    import_batch,
)
from consultation.enums import Channel, ImportState
from consultation.models import ImportBatch, Opinion

from .conftest import AT, SHANGHAI

pytestmark = pytest.mark.django_db

CLEAN = (
    "编号,意见内容,收到时间,渠道,条款,姓名,联系方式,身份\n"
    "a1,支持加装,2026-11-01 09:30,来信,第二条,王小明,13800001234,居民\n"
    "a2,反对加装,2026-11-21,,,,,\n"
)
POLIS = "The Computational Democracy Project, CC BY 4.0"


@pytest.fixture
def check(consultation, official):
    def check(text=CLEAN, **changes):
        arguments = {
            "content": text if isinstance(text, bytes) else text.encode(),
            "file_name": "opinions.csv",
            "channel": Channel.SYMPOSIUM,
            "by": official,
            "at": AT,
        }
        return check_file(changes.pop("consultation", consultation), **(arguments | changes))

    return check


PEOPLE = (
    ("采光怎么办", "wang@example.com"),
    ("费用怎么办", "wang@example.com"),
    ("同意", "li@example.com"),
    ("同意", ""),
    ("同意", ""),
)


def test_a_dry_run_imports_nothing(check):
    batch = check()
    assert (batch.state, batch.row_count, batch.faults) == (ImportState.CLEAN, 2, [])
    assert Opinion.objects.count() == Receipt.objects.count() == 0


def test_a_clean_file_is_imported_whole(check, consultation, official):
    batch = check(source="座谈会记录")
    assert import_batch(batch, by=official, at=AT) == 2
    first, second = Opinion.objects.order_by("pk")
    assert (first.text, first.channel, first.identity) == ("支持加装", "letter", "resident")
    assert first.received_at == datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI)
    assert first.article_key == consultation.draft[1].id
    assert first.article_label == "第二条（范围）"
    assert (first.batch, first.external_key, first.entered_by) == (batch, "a1", official)
    assert (second.channel, second.article_key, second.receipt) == ("symposium", "", None)
    assert (first.is_late, second.is_late) == (False, True)


def test_names_and_contacts_go_on_receipts_and_the_file_is_not_kept(check, official):
    batch = check()
    sha256 = batch.sha256
    import_batch(batch, by=official, at=AT)
    [receipt] = Receipt.objects.all()
    assert (receipt.contact_name, receipt.contact) == ("王小明", "13800001234")
    assert receipt.delete_contact_on is not None
    batch.refresh_from_db()
    assert (bytes(batch.content), batch.sha256) == (b"", sha256)
    stored = Opinion.objects.values_list("text", "reasons", "external_key", "article_label")
    assert "王小明" not in str([*stored]) and "13800001234" not in str([*stored])
    assert "王小明" not in str([*Event.objects.values_list("data")])


def test_rows_of_one_contact_are_one_persons(check, official):
    rows = ["意见,收到时间,联系方式"]
    rows += [f"{text},2026-11-01 09:30,{who}" for text, who in PEOPLE]
    import_batch(check(content="\n".join(rows).encode()), by=official, at=AT)

    persons = list(Opinion.objects.order_by("pk").values_list("person", flat=True))

    assert persons[0] == persons[1]
    assert len(set(persons)) == 4


def test_importing_the_same_batch_twice_does_nothing(check, official):
    batch = check()
    assert [import_batch(batch, by=official, at=AT) for _ in range(2)] == [2, 0]
    assert Opinion.objects.count() == 2
    assert Event.objects.filter(verb="consultation.opinions_imported").count() == 1


def test_a_file_with_one_bad_row_is_not_imported_at_all(check, official):
    batch = check(CLEAN + "a3,,2026-11-01,,,,,\n")
    assert (batch.state, len(batch.faults)) == (ImportState.CHECKED, 1)
    with pytest.raises(ImportHasFaults):
        import_batch(batch, by=official, at=AT)
    assert Opinion.objects.count() == 0


def test_the_same_numbers_are_refused_the_second_time(check, official):
    import_batch(check(), by=official, at=AT)
    again = check("编号,意见内容,收到时间\na2,另一条,2026-11-01\nb1,新的,2026-11-01\n")
    assert [(fault["line"], fault["code"]) for fault in again.faults] == [(2, "imported_before")]


def test_the_same_numbers_in_another_consultation_are_other_opinions(
    check, official, make_consultation
):
    import_batch(check(), by=official, at=AT)
    batch = check(consultation=make_consultation("parking"))
    assert import_batch(batch, by=official, at=AT) == 2


def test_the_same_file_without_numbers_is_not_imported_again(check, official):
    text = "意见内容,收到时间\n支持,2026-11-01\n"
    first, second = check(text), check(text)
    import_batch(first, by=official, at=AT)
    with pytest.raises(ImportHasFaults):
        import_batch(second, by=official, at=AT)
    assert [fault["code"] for fault in check(text).faults] == ["imported_file"]
    assert Opinion.objects.count() == 1


def test_numbers_imported_since_the_dry_run_stop_the_import(check, official):
    early = check("编号,意见内容,收到时间\na1,先检查,2026-11-01\n")
    import_batch(check(), by=official, at=AT)
    with pytest.raises(ImportHasFaults):
        import_batch(early, by=official, at=AT)
    assert Opinion.objects.count() == 2


def test_the_database_keeps_a_number_from_being_imported_twice(consultation, make_opinion):
    make_opinion(external_key="a1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_opinion(external_key="a1")
    make_opinion(external_key="")
    make_opinion(external_key="")


def test_the_officer_may_understand_the_columns_otherwise(check, official):
    batch = check("来信要点,日子\n支持,2026-11-01\n")
    assert [fault["code"] for fault in batch.faults] == ["no_text", "no_received_at"]
    batch = check_again(
        batch,
        mapping={"text": 0, "received_at": 1, "reasons": 99},
        channel=Channel.PHONE,
        by=official,
        at=AT,
    )
    assert (batch.state, batch.mapping) == (ImportState.CLEAN, {"text": 0, "received_at": 1})
    import_batch(batch, by=official, at=AT)
    assert Opinion.objects.get().channel == Channel.PHONE
    with pytest.raises(AlreadyImported):
        check_again(batch, mapping={}, channel=Channel.PHONE, by=official, at=AT)


def test_a_file_that_will_not_be_imported_is_thrown_away(check, official):
    batch = check()
    discard_batch(batch, by=official, at=AT)
    assert not ImportBatch.objects.exists()
    imported = check()
    import_batch(imported, by=official, at=AT)
    with pytest.raises(AlreadyImported):
        discard_batch(imported, by=official, at=AT)


@pytest.mark.parametrize(
    ("name", "count", "many_lines", "first_words"),
    [
        ("vtaiwan-uberx-comments.csv", 197, 5, "Uber的出現 因服務內容明確"),
        ("bowling-green-comments.csv", 896, 0, "Smallhouse Rd (at Campbell Ln)"),
    ],
)
def test_real_comments_go_through_the_importer(
    check, official, name, count, many_lines, first_words
):
    path = Path(settings.JIANYAN_DATA) / name
    if not path.parent.is_dir():
        pytest.skip("no folder of real input")
    batch = check(path.read_bytes(), file_name=name, channel=Channel.WEB, source=POLIS)
    assert (batch.faults, batch.row_count) == ([], count)
    assert import_batch(batch, by=official, at=AT) == count
    opinions = Opinion.objects.filter(batch=batch).order_by("pk")
    assert opinions.count() == opinions.values("external_key").distinct().count() == count
    assert opinions[0].text.startswith(first_words)
    assert sum("\n" in opinion.text for opinion in opinions) == many_lines
    assert opinions[0].receipt is None
    assert all(opinion.received_at < AT for opinion in opinions)
    assert batch.source == POLIS


def test_a_real_moment_of_vtaiwan_is_kept_to_the_millisecond(check, official):
    path = Path(settings.JIANYAN_DATA) / "vtaiwan-uberx-comments.csv"
    if not path.parent.is_dir():
        pytest.skip("no folder of real input")
    import_batch(check(path.read_bytes()), by=official, at=AT)
    first = Opinion.objects.get(external_key="194")
    assert first.received_at == datetime(2016, 8, 30, 10, 21, 58, 501000, tzinfo=UTC)
