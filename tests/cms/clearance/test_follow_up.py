"""What follows from a publication is done once, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest

from cms.clearance import registry
from cms.clearance.jobs import follow_up_publications
from cms.clearance.models import Publication
from cms.record.models import Event
from home.models import ContentPage
from tests.factories import ContentPageFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def done(monkeypatch):
    """Registers a follow-up of plain pages for one test; holds the pages it was called with."""
    calls = []

    def follow_up(page, published_at):
        calls.append((page.pk, published_at))

    monkeypatch.setitem(registry._follow_ups, ContentPage, follow_up)
    return calls


@pytest.fixture
def broken(monkeypatch):
    """A follow-up that writes something, then fails, until it is mended."""
    state = {"works": False}

    def follow_up(page, published_at):
        Event.objects.create(at=published_at, actor_label="system", verb="test.told", result="ok")
        if not state["works"]:
            raise ConnectionError("no gateway")

    monkeypatch.setitem(registry._follow_ups, ContentPage, follow_up)
    return state


def told() -> int:
    return Event.objects.filter(verb="test.told").count()


def test_each_publication_is_followed_up_once(page, done):
    page = publish(page)

    counts = [follow_up_publications(AT), follow_up_publications(AT)]

    assert counts == [1, 0]
    assert done == [(page.pk, page.last_published_at)]


def test_every_new_content_is_followed_up_again(page, done):
    page = publish(page)
    follow_up_publications(AT)
    page.title = "服务指南（修订）"
    publish(page)

    follow_up_publications(AT)

    assert len(done) == 2


def test_a_page_nobody_asked_to_follow_is_done_at_once(decision):
    publish(decision)

    assert follow_up_publications(AT) == 1


def test_a_failure_leaves_nothing_half_done_and_is_tried_again(page, broken):
    publish(page)

    assert follow_up_publications(AT) == 0
    waiting = Publication.objects.get()
    assert (told(), waiting.attempts, waiting.followed_up_at) == (0, 1, None)
    assert "no gateway" in waiting.error

    broken["works"] = True
    assert follow_up_publications(AT) == 1
    assert told() == 1


def test_nothing_is_given_up_however_long_it_fails(page, broken):
    publish(page)
    for minute in range(30):
        follow_up_publications(AT + timedelta(minutes=minute))

    broken["works"] = True

    assert follow_up_publications(AT + timedelta(hours=1)) == 1


def test_one_failure_does_not_hold_up_the_others(page, home, monkeypatch):
    publish(page)
    other = publish(ContentPageFactory(parent=home))
    reached = []

    def follow_up(found, published_at):
        if found.pk == page.pk:
            raise ConnectionError("no gateway")
        reached.append(found.pk)

    monkeypatch.setitem(registry._follow_ups, ContentPage, follow_up)

    assert follow_up_publications(AT) == 1
    assert reached == [other.pk]
