from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cms.accounts.models import Department
from cms.record import actions
from cms.record.actions import record, seal
from cms.record.models import Event, Link, Sealing
from cms.record.queries import verify

from .conftest import NOON

pytestmark = pytest.mark.django_db


def events(count: int) -> list[Event]:
    return [record("test.happened", None, at=NOON, data={"n": n}) for n in range(count)]


def chained() -> list[int]:
    return list(Link.objects.order_by("position").values_list("event_id", flat=True))


def test_an_event_says_who_did_what_on_what_when_and_with_what_result(official):
    culture = Department.objects.create(code="culture", name="文化站")
    event = record(
        "test.opened", culture, by=official, at=NOON, result="refused", data={"on": NOON.date()}
    )
    event.refresh_from_db()
    assert (event.actor, event.actor_label, event.verb) == (official, "", "test.opened")
    assert (event.subject_type, event.subject_id) == ("accounts.department", str(culture.pk))
    assert (event.at, event.result, event.data) == (NOON, "refused", {"on": "2023-09-01"})


@pytest.mark.parametrize(("by", "label"), [("citizen", "citizen"), (None, "system")])
def test_a_citizen_and_the_system_have_no_name_on_the_record(by, label):
    event = record("test.opened", None, by=by, at=NOON)
    assert (event.actor, event.actor_label) == (None, label)


def test_nobody_else_can_be_named_as_actor():
    with pytest.raises(ValueError, match="anybody"):
        record("test.opened", None, by="anybody", at=NOON)


def test_recording_is_one_insert_and_nothing_else(official, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        record("test.opened", official, by=official, at=NOON, data={"n": 1})
    assert queries[0]["sql"].startswith("INSERT")


def test_an_event_goes_with_the_transaction_that_caused_it():
    with pytest.raises(RuntimeError), transaction.atomic():
        record("test.opened", None, at=NOON)
        raise RuntimeError
    assert Event.objects.count() == 0


def test_an_event_without_actor_and_label_cannot_be_stored():
    with pytest.raises(IntegrityError):
        Event.objects.create(at=NOON, verb="test.opened", result="done", mac="x")


def test_an_official_on_record_cannot_be_deleted(official):
    record("test.opened", None, by=official, at=NOON)
    with pytest.raises(ProtectedError):
        official.delete()


@pytest.mark.parametrize("table", ["record_event", "record_link"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE", "REPLACE"])
def test_the_database_refuses_to_change_what_is_on_record(table, verb):
    event = events(1)[0]
    seal(NOON)
    statement = {
        "UPDATE": f"UPDATE {table} SET {'result' if 'event' in table else 'digest'} = 'x'",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
        "REPLACE": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }[verb]
    if {"TRUNCATE": "sqlite", "REPLACE": "postgresql"}.get(verb) == connection.vendor:
        pytest.skip("not a statement of this database")
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if verb == "TRUNCATE" else "SELECT 1")
        cursor.execute(statement)
    assert (Event.objects.get(), chained()) == (event, [event.pk])


def test_sealing_chains_every_event_once_in_the_order_of_writing():
    happened = events(3)
    assert seal(NOON) == 3
    assert seal(NOON) == 0
    assert chained() == [event.pk for event in happened]
    later = events(1)
    assert seal(NOON + timedelta(minutes=1)) == 1
    assert chained() == [event.pk for event in [*happened, *later]]
    assert list(Link.objects.order_by("position").values_list("position", flat=True)) == [
        1,
        2,
        3,
        4,
    ]


def test_sealing_works_through_many_batches(monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    happened = events(5)
    assert seal(NOON) == 5
    assert chained() == [event.pk for event in happened]


def test_an_event_committed_late_gets_a_later_place():
    first, late, last = events(3)
    seal_only(first, last)
    assert seal(NOON + timedelta(minutes=1)) == 1
    assert chained() == [first.pk, last.pk, late.pk]
    assert verify() is None


def test_an_event_committed_after_the_window_moved_on_is_sealed_by_the_daily_sweep():
    first, late, last = events(3)
    seal_only(first, last)
    Sealing.objects.update(
        window_starts_after=last.pk, mark=last.pk, swept_at=NOON, marked_at=NOON
    )
    assert seal(NOON + timedelta(hours=24, microseconds=-1)) == 0
    assert seal(NOON + timedelta(hours=24)) == 1
    assert chained() == [first.pk, last.pk, late.pk]


def test_sealing_does_not_read_the_old_record_again(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    events(20)
    seal(NOON)
    seal(NOON + timedelta(minutes=10))
    seal(NOON + timedelta(minutes=20))
    assert Sealing.objects.get().window_starts_after == Event.objects.first().pk
    events(1)
    with django_assert_max_num_queries(16):
        assert seal(NOON + timedelta(minutes=21)) == 1


def test_every_sealing_is_anchored_outside_the_database(anchor_file):
    events(2)
    seal(NOON)
    seal(NOON + timedelta(minutes=1))
    events(1)
    seal(NOON + timedelta(minutes=2))
    digests = dict(Link.objects.values_list("position", "digest"))
    assert anchor_file.read_text().splitlines() == [
        f"2023-09-01T04:00:00+00:00 2 {digests[2]}",
        f"2023-09-01T04:02:00+00:00 3 {digests[3]}",
    ]


def test_an_anchor_that_a_crash_prevented_is_made_up_for(anchor_file):
    events(1)
    seal(NOON)
    anchor_file.write_text("2023-09-01T03:00:00+00:00 0 torn by a powe")
    seal(NOON + timedelta(minutes=1))
    assert anchor_file.read_text().splitlines()[1].split()[1] == "1"
    assert verify() is None


def test_without_the_setting_nothing_is_anchored(settings, anchor_file):
    settings.JIANYAN_RECORD_ANCHOR = ""
    events(1)
    seal(NOON)
    assert not anchor_file.exists()
    assert verify() is None


def seal_only(*sealed: Event) -> None:
    """As if the others had not been committed yet when the job ran."""
    Sealing.objects.get_or_create(pk=1)
    actions._chain([sealed[0].pk])
    actions._chain([sealed[-1].pk])
