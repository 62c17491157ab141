"""Each attack is one by somebody who owns the database: the triggers are lifted."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cms.record import queries
from cms.record.actions import record, seal
from cms.record.enums import Fault
from cms.record.models import Event, Link
from cms.record.queries import Problem, problems, verify

from .conftest import NOON
from .guard import without_guard

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def happened(official) -> list[Event]:
    """Five sealed events, a day apart, and the record whole."""
    events = [
        record("test.opened", official, by=official, at=NOON + number * DAY, data={"n": number})
        for number in range(5)
    ]
    seal(NOON + 5 * DAY)
    assert list(problems()) == []
    return events


def attack(*statements: str) -> None:
    with without_guard(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def faults(since=None) -> list[tuple]:
    return [(problem.fault, problem.position) for problem in problems(since)]


@pytest.mark.parametrize(
    "change",
    [
        "at = '2020-01-01 00:00:00+00:00'",
        "actor_id = NULL, actor_label = 'system'",
        "verb = 'test.closed'",
        "subject_type = 'accounts.department'",
        "subject_id = '999'",
        "result = 'refused'",
        "data = '{\"n\": 7}'",
        "uid = '00000000000000000000000000000001'",
    ],
)
def test_a_changed_field_is_found(happened, change):
    attack(f"UPDATE record_event SET {change} WHERE id = {happened[2].pk}")
    assert faults() == [(Fault.FORGED, 3)]


def test_a_change_with_a_new_mac_is_found_in_the_chain(happened):
    event = happened[2]
    with without_guard(connection):
        other = record("test.closed", None, at=NOON)
        Event.objects.filter(pk=event.pk).update(**{"mac": "x:y", "uid": event.uid})
        mac, facts = other.mac, other.facts()
        Event.objects.filter(pk=other.pk).delete()
        Event.objects.filter(pk=event.pk).update(
            mac=mac,
            **{name: facts[name] for name in ("uid", "at", "actor_label", "verb", "data")},
            actor=None,
            subject_type="",
            subject_id="",
        )
    assert faults() == [(Fault.BROKEN, 3)]


def test_a_deleted_event_is_found(happened):
    attack(
        f"DELETE FROM record_link WHERE event_id = {happened[2].pk}",
        f"DELETE FROM record_event WHERE id = {happened[2].pk}",
    )
    assert faults() == [(Fault.LINK_MISSING, 3)]


def test_a_deleted_event_is_found_when_its_link_stays(happened):
    # What a restore of one table, or foreign keys switched off, leaves behind.
    missing = happened[2].pk
    found = list(
        queries._link_problems(Link.objects.get(event=missing), None, "whatever came before")
    )
    assert found == [Problem(Fault.EVENT_MISSING, position=3, event_id=missing)]


def test_a_deletion_with_the_chain_pushed_together_is_found(happened):
    attack(
        f"DELETE FROM record_link WHERE event_id = {happened[2].pk}",
        f"DELETE FROM record_event WHERE id = {happened[2].pk}",
        "UPDATE record_link SET position = position - 1 WHERE position = 4",
        "UPDATE record_link SET position = position - 1 WHERE position = 5",
    )
    assert faults() == [(Fault.BROKEN, 3), (Fault.ANCHOR_BROKEN, 5)]


def test_two_events_swapped_are_found(happened):
    first, second = happened[1].pk, happened[2].pk
    two, three = Link.objects.filter(position__in=(2, 3)).values_list("digest", flat=True)
    attack(
        f"DELETE FROM record_link WHERE event_id IN ({first}, {second})",
        f"UPDATE record_event SET id = -1 WHERE id = {first}",
        f"UPDATE record_event SET id = {first} WHERE id = {second}",
        f"UPDATE record_event SET id = {second} WHERE id = -1",
        f"INSERT INTO record_link (position, digest, event_id) VALUES (2, '{two}', {first})",
        f"INSERT INTO record_link (position, digest, event_id) VALUES (3, '{three}', {second})",
    )
    assert faults() == [(Fault.BROKEN, 2), (Fault.BROKEN, 3)]


def test_an_event_given_another_number_is_found(happened):
    old, new, digest = happened[2].pk, happened[4].pk + 1, Link.objects.get(position=3).digest
    attack(
        f"DELETE FROM record_link WHERE event_id = {old}",
        f"UPDATE record_event SET id = {new} WHERE id = {old}",
        f"INSERT INTO record_link (position, digest, event_id) VALUES (3, '{digest}', {new})",
    )
    assert faults() == [(Fault.BROKEN, 3)]


def test_two_links_swapped_are_found(happened):
    first, second = happened[1].pk, happened[2].pk
    attack(
        "UPDATE record_link SET position = -2 WHERE position = 2",
        "UPDATE record_link SET position = 2 WHERE position = 3",
        "UPDATE record_link SET position = 3 WHERE position = -2",
    )
    assert [(p.fault, p.event_id) for p in problems()] == [
        (Fault.BROKEN, second),
        (Fault.BROKEN, first),
        (Fault.BROKEN, happened[3].pk),
    ]


def test_an_event_inserted_by_hand_is_found_before_and_after_sealing(happened):
    columns = "at, actor_label, verb, subject_type, subject_id, result, data, mac"
    values = "at, 'system', verb, subject_type, subject_id, result, data, mac"
    attack(
        f"INSERT INTO record_event (uid, {columns}) SELECT "
        f"'00000000000000000000000000000002', {values} FROM record_event "
        f"WHERE id = {happened[0].pk}"
    )
    assert faults() == [(Fault.FORGED, None)]
    seal(NOON + 6 * DAY)
    assert faults() == [(Fault.FORGED, 6)]


def test_an_event_whose_key_was_removed_is_told_apart(happened, settings):
    old = settings.DATA_KEY
    settings.DATA_KEY = "new:" + old.partition(":")[2]
    assert faults()[0] == (Fault.KEY_GONE, 1)
    settings.DATA_KEY = f"{settings.DATA_KEY},{old}"
    assert faults() == []


def test_a_cut_end_is_found_through_the_anchor(happened):
    attack(
        f"DELETE FROM record_link WHERE event_id >= {happened[3].pk}",
        f"DELETE FROM record_event WHERE id >= {happened[3].pk}",
    )
    assert faults() == [(Fault.ANCHOR_BROKEN, 5)]


def test_an_end_cut_and_grown_again_is_found_through_the_anchor(happened):
    attack(
        f"DELETE FROM record_link WHERE event_id >= {happened[3].pk}",
        f"DELETE FROM record_event WHERE id >= {happened[3].pk}",
    )
    for number in range(5):
        record("test.opened", None, at=NOON + 6 * DAY, data={"n": number})
    seal(NOON + 6 * DAY)
    assert faults() == [(Fault.ANCHOR_BROKEN, 5)]


def test_a_removed_anchor_file_is_found(happened, anchor_file):
    anchor_file.unlink()
    assert faults() == [(Fault.ANCHOR_MISSING, None)]


def test_an_empty_record_is_whole():
    assert verify() is None


def test_verifying_since_a_moment_leaves_what_is_before_it(happened):
    attack(f"UPDATE record_event SET verb = 'x' WHERE id = {happened[1].pk}")
    assert faults(NOON + 1 * DAY) == [(Fault.FORGED, 2)]
    assert faults(NOON + 1 * DAY + timedelta(microseconds=1)) == []
    assert faults(NOON + 9 * DAY) == []


def test_verifying_in_batches_finds_the_same(happened, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    attack(f"UPDATE record_event SET verb = 'x' WHERE id = {happened[2].pk}")
    assert faults() == [(Fault.FORGED, 3)]


def test_the_command_answers_with_the_first_bad_row(happened):
    said = StringIO()
    call_command("record_verify", stdout=said)
    assert "The record is whole." in said.getvalue()

    attack(f"UPDATE record_event SET verb = 'x' WHERE id IN ({happened[1].pk}, {happened[3].pk})")
    with pytest.raises(CommandError, match=f"position 2, event {happened[1].pk}") as refusal:
        call_command("record_verify")
    assert refusal.value.returncode == 1
    with pytest.raises(CommandError, match="position 4"):
        call_command("record_verify", since="2023-09-04")
    call_command("record_verify", since="2023-09-04T12:00:01", stdout=StringIO())


def test_the_command_refuses_a_date_that_is_none():
    with pytest.raises(CommandError, match="ISO"):
        call_command("record_verify", since="yesterday")
