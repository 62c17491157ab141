"""Everything that time brings about, safe to run twice or late (design, section 1)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page

from cms.record.models import Event
from consultation.models import ConsultationMoment
from consultation.rules import SHANGHAI
from home import due
from tests.factories import CLOSES, ConsultationPageFactory, ContentPageFactory
from tests.helpers import clear, publish

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 3, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.JIANYAN_RECORD_ANCHOR = ""


@pytest.fixture
def clock():
    with time_machine.travel(CLOSES - timedelta(days=31), tick=False) as travel:
        yield travel


def everything() -> dict[str, int]:
    ours = [model for model in apps.get_models() if not model._meta.proxy]
    return {model._meta.label: model._default_manager.count() for model in ours}


def test_what_time_brings_is_done_in_one_run(home, clock):
    publish(ConsultationPageFactory(parent__parent__parent__parent=home))
    notice = ContentPageFactory(parent=home, go_live_at=AT)
    clear(notice).publish()
    clock.move_to(AT)

    assert due.run_due(AT) == []

    assert Page.objects.get(pk=notice.pk).live
    assert ConsultationMoment.objects.count() == 2


def test_running_it_twice_changes_nothing(home, clock):
    publish(ConsultationPageFactory(parent__parent__parent__parent=home))
    waiting = ContentPageFactory(parent=home, go_live_at=AT)
    waiting.save_revision().publish()
    clock.move_to(AT)
    due.run_due(AT)
    before = everything()

    due.run_due(AT + timedelta(minutes=1))

    assert everything() == before


def test_one_step_that_fails_stops_no_other(site, monkeypatch):
    reached = []

    def fail(at):
        raise ConnectionError("the gateway is away")

    steps = {"first": reached.append, "broken": fail, "last": reached.append}
    monkeypatch.setattr(due, "DUE", steps)

    assert due.run_due(AT) == ["broken"]
    assert reached == [AT, AT]


def test_the_command_says_which_step_failed(site, monkeypatch):
    monkeypatch.setitem(due.DUE, "publish", lambda at: 1 / 0)

    with pytest.raises(CommandError, match="publish"):
        call_command("run_due")


def test_it_may_come_late(home, clock):
    publish(ConsultationPageFactory(parent__parent__parent__parent=home))
    late = CLOSES + timedelta(days=40)
    clock.move_to(late)

    due.run_due(late)

    closed = Event.objects.get(verb="consultation.closed")
    assert timezone.localtime(closed.at) == CLOSES
