from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from cms.accounts.models import User
from cms.intake import actions
from cms.intake.actions import (
    delete_contact,
    keep_contact_until,
    purge_contacts,
    purge_missed_lookups,
    unmask,
)
from cms.intake.management.commands import purge_expired
from cms.intake.models import MissedLookup, Receipt
from cms.intake.purges import purges, register_purge
from cms.intake.rules import ReasonMissing
from cms.record.models import Event

from .conftest import AT, SHANGHAI

pytestmark = pytest.mark.django_db
FULL = {"contact_name": "张三", "contact": "13812345678", "wants_letter": True}


@pytest.fixture
def due(submit, at):
    """A receipt whose contact data goes on 1 December 2026."""
    return submit(**FULL, delete_contact_on=datetime(2026, 12, 1, tzinfo=SHANGHAI).date())[0]


@pytest.fixture
def officer():
    user = User.objects.create_user("dept-housing")
    user.user_permissions.add(Permission.objects.get(codename="unmask_receipt"))
    return User.objects.get(pk=user.pk)


def held(receipt):
    receipt.refresh_from_db()
    return (receipt.contact_name, receipt.contact, receipt.contact_index, receipt.network)


@pytest.mark.parametrize(
    ("moment", "gone"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI), False),
        (datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI), True),
        (datetime(2026, 12, 1, 23, 59, tzinfo=SHANGHAI), True),
        (datetime(2027, 5, 1, tzinfo=SHANGHAI), True),
    ],
)
def test_contact_data_goes_on_the_day_the_citizen_was_told(due, moment, gone):
    before = held(due)
    assert purge_contacts(moment) == {"contacts": 1 if gone else 0}
    assert held(due) == (("", "", "", "") if gone else before)
    assert due.contact_deleted_at == (moment if gone else None)


def test_deleting_in_batches_deletes_all_and_twice_deletes_nothing_more(submit, due, monkeypatch):
    monkeypatch.setattr(actions, "PURGE_BATCH", 2)
    for _ in range(4):
        submit(**FULL, delete_contact_on=due.delete_contact_on)
    without, _, _ = submit()
    late = AT + timedelta(days=30)
    assert purge_contacts(late) == {"contacts": 5}
    assert purge_contacts(late) == {"contacts": 0}
    counts = Event.objects.filter(verb="intake.contacts_purged").values_list("data", flat=True)
    assert sorted(data["count"] for data in counts) == [1, 2, 2]
    without.refresh_from_db()
    assert without.contact_deleted_at is None


def test_the_record_of_a_deletion_holds_no_personal_data(due):
    purge_contacts(AT + timedelta(days=30))
    events = str(list(Event.objects.values_list()))
    assert "intake.contacts_purged" in events
    assert not any(text in events for text in ("张三", "13812345678"))


def test_the_day_of_deletion_can_move_while_there_is_something_to_delete(submit, due):
    later = datetime(2027, 12, 1, tzinfo=SHANGHAI).date()
    without, _, _ = submit()
    assert keep_contact_until([due, without], later) == 1
    due.refresh_from_db()
    assert due.delete_contact_on == later


def test_a_citizen_who_withdraws_consent_is_forgotten_at_once_and_once(due):
    delete_contact(due, by="citizen", at=AT)
    delete_contact(due, by="citizen", at=AT)
    assert held(due) == ("", "", "", "")
    event = Event.objects.get(verb="intake.contact_deleted")
    assert event.subject_id == str(due.pk)


def test_contact_data_is_read_in_clear_only_with_a_reason_and_on_record(due, officer):
    with pytest.raises(ReasonMissing):
        unmask(due, by=officer, reason="  ", at=AT)
    assert not Event.objects.filter(verb="intake.contact_unmasked").exists()
    contact = unmask(due, by=officer, reason="电话回访", at=AT)
    assert (contact.name, contact.contact) == ("张三", "13812345678")
    event = Event.objects.get(verb="intake.contact_unmasked")
    assert (event.actor, event.subject_id) == (officer, str(due.pk))
    assert event.data == {"reason": "电话回访"}


def test_contact_data_is_not_read_in_clear_by_whoever_may_not(due):
    with pytest.raises(PermissionDenied):
        unmask(due, by=User.objects.create_user("editor"), reason="电话回访", at=AT)


def test_wrong_guesses_are_forgotten_after_a_day(db):
    for hours in (23, 24, 25):
        MissedLookup.objects.create(network="n", at=AT - timedelta(hours=hours))
    assert purge_missed_lookups(AT) == {"missed_lookups": 2}


def test_purge_expired_asks_every_app_that_keeps_something(due, monkeypatch):
    asked = []

    def purge_letters(at):
        asked.append(at)
        return {"letters": 3}

    monkeypatch.setattr(purge_expired, "purges", [*purges, purge_letters])
    out = StringIO()
    call_command("purge_expired", now="2026-12-01T00:00", stdout=out)
    said = out.getvalue().splitlines()
    assert {"contacts: 1", "missed_lookups: 0", "letters: 3"} <= set(said)
    assert asked == [datetime(2026, 12, 1, tzinfo=SHANGHAI)]
    assert not Receipt.objects.exclude(contact_index="").exists()


def test_a_purge_is_registered_once():
    before = list(purges)
    register_purge(purge_contacts)
    assert purges == before
    assert purge_contacts in purges


def test_purge_expired_refuses_a_moment_it_cannot_read(db):
    with pytest.raises(CommandError):
        call_command("purge_expired", now="tomorrow")
