import json

import pytest
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page

from cms.accounts.models import Department
from cms.record.models import Event
from cms.record.queries import verify

pytestmark = pytest.mark.django_db


def test_what_wagtail_logs_about_a_page_stands_on_the_record(official):
    page = Page.add_root(title="加装电梯", slug="lift")
    revision = page.save_revision(user=official, log_action=True)
    event = Event.objects.get(verb="wagtail.edit")
    assert (event.actor, event.subject_type, event.subject_id) == (
        official,
        "wagtailcore.page",
        str(page.pk),
    )
    assert event.data == {"revision": revision.pk}
    assert verify() is None


def test_what_wagtail_logs_about_anything_else_stands_on_the_record_too():
    culture = Department.objects.create(code="culture", name="文化站")
    log(culture, "wagtail.create")
    event = Event.objects.get()
    assert (event.verb, event.actor, event.actor_label) == ("wagtail.create", None, "system")
    assert (event.subject_type, event.subject_id) == ("accounts.department", str(culture.pk))
    assert event.at == ModelLogEntry.objects.get().timestamp


def test_a_name_in_a_log_entry_does_not_reach_the_record(official):
    person = Department.objects.create(code="x", name="张三 13812345678")
    log(
        person, "wagtail.edit", user=official, data={"name": {"old": "张三", "new": "13812345678"}}
    )
    event = Event.objects.get()
    stored = json.dumps(Event.objects.values().get(), default=str, ensure_ascii=False)
    assert "张三" in ModelLogEntry.objects.get().label
    assert "张三" not in stored
    assert "13812345678" not in stored
    assert event.data == {}


def test_changing_a_log_entry_later_adds_nothing(official):
    log(official, "wagtail.edit", user=official)
    ModelLogEntry.objects.get().save()
    assert Event.objects.count() == 1
