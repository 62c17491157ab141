"""``publish_due`` skips what nobody cleared, says so, and goes on."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from wagtail.models import Page

from cms.clearance.scheduling import publish_due
from cms.record.models import Event
from consultation.rules import SHANGHAI
from tests.factories import ContentPageFactory
from tests.helpers import clear, publish

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=SHANGHAI)
BEFORE = NOON - timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(BEFORE, tick=False) as travel:
        yield travel


def schedule(page, *, cleared=True):
    page.go_live_at = NOON
    if cleared:
        clear(page).publish()
    else:
        page.save_revision().publish()
    return Page.objects.get(pk=page.pk)


def due(clock, at):
    clock.move_to(at)
    return publish_due(at)


def refusals():
    return Event.objects.filter(verb="clearance.publication_refused")


def test_a_scheduled_page_waits_for_its_hour(clock, page):
    assert schedule(page).live is False

    assert due(clock, NOON - SECOND) == ([], [])
    assert Page.objects.get(pk=page.pk).live is False


def test_a_cleared_page_goes_live_at_its_hour(clock, page):
    schedule(page)

    published, refused = due(clock, NOON)

    assert ([found.pk for found in published], refused) == ([page.pk], [])
    assert Page.objects.get(pk=page.pk).live


def test_what_is_not_cleared_is_skipped_and_the_others_go_out(clock, page, home):
    schedule(page, cleared=False)
    other = ContentPageFactory(parent=home)
    schedule(other)

    published, refused = due(clock, NOON)

    assert [found.pk for found in published] == [other.pk]
    assert [(found.pk, len(reasons)) for found, reasons in refused] == [(page.pk, 1)]
    assert Page.objects.get(pk=page.pk).live is False


def test_a_refused_page_stays_scheduled_and_goes_out_once_it_is_cleared(clock, page):
    schedule(page, cleared=False)
    due(clock, NOON)
    clear(page)

    published, _refused = due(clock, NOON + timedelta(minutes=1))

    assert [found.pk for found in published] == [page.pk]


def test_a_page_that_cannot_be_published_at_all_stops_no_other(clock, page, home):
    schedule(page)
    revision = page.revisions.get()
    revision.content = revision.content | {"disclosure_attribute": None, "title": None}
    revision.save(update_fields=["content"])
    other = ContentPageFactory(parent=home)
    schedule(other)

    published, refused = due(clock, NOON)

    assert [found.pk for found in published] == [other.pk]
    assert [found.pk for found, _reasons in refused] == [page.pk]


def test_a_refusal_is_on_record_once_however_often_it_is_tried(clock, page):
    schedule(page, cleared=False)

    for minute in range(3):
        due(clock, NOON + timedelta(minutes=minute))

    assert refusals().get().subject_id == str(page.pk)


def test_a_scheduled_change_of_a_live_page_needs_its_review_too(clock, page):
    page = publish(page)
    page.title = "服务指南（修订）"
    schedule(page, cleared=False)

    due(clock, NOON)

    assert Page.objects.get(pk=page.pk).title == "服务指南"
    assert refusals().exists()


def test_a_page_whose_time_is_over_is_taken_off(clock, page):
    page.expire_at = NOON
    page = publish(page)

    due(clock, NOON - SECOND)
    assert Page.objects.get(pk=page.pk).live
    due(clock, NOON)

    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_the_command_says_what_was_published_and_what_was_not(clock, page, home):
    schedule(page, cleared=False)
    other = ContentPageFactory(parent=home, title="联系方式")
    schedule(other)
    clock.move_to(NOON)
    out, err = StringIO(), StringIO()

    call_command("publish_due", stdout=out, stderr=err)

    assert "联系方式" in out.getvalue()
    assert "服务指南" in err.getvalue()
