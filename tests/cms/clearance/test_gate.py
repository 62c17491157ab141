"""Nothing reaches the public that nobody reviewed, whichever way it comes (plan 2023, IV.1)."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.models import Comment, Page

from cms.clearance.enums import DisclosureAttribute, NonDisclosureGround
from cms.clearance.models import Publication
from cms.clearance.rules import NotCleared
from home.models import ContentPage
from tests.factories import ConsultationPageFactory, ContentPageFactory, UserFactory
from tests.helpers import clear, publish

pytestmark = pytest.mark.django_db


def is_live(page) -> bool:
    return Page.objects.get(pk=page.pk).live


@pytest.fixture
def draft(page):
    page.save_revision()
    return page


def refused(way) -> None:
    with pytest.raises(NotCleared), transaction.atomic():
        way()


def refused_by_the_database(way) -> None:
    with pytest.raises(DatabaseError, match="no current publication"), transaction.atomic():
        way()


def test_a_revision_nobody_reviewed_is_not_published(draft):
    refused(draft.latest_revision.publish)

    assert not is_live(draft)


def test_publishing_the_page_itself_is_refused(draft):
    refused(lambda: draft.publish(draft.latest_revision))

    assert not is_live(draft)


def test_saving_a_page_as_live_is_refused(draft):
    draft.live = True

    refused(draft.save)
    refused(lambda: draft.save(update_fields=["live"]))
    refused(lambda: draft.save(clean=False))

    assert not is_live(draft)


def test_a_page_cannot_be_born_live(home):
    refused(lambda: home.add_child(instance=ContentPage(title="通知", slug="notice")))

    assert not Page.objects.filter(slug="notice").exists()


def test_a_copy_of_a_live_page_does_not_go_live_with_it(page, home):
    page = publish(page)

    refused(lambda: page.copy(update_attrs={"slug": "copy"}))

    assert not Page.objects.filter(slug="copy").exists()


def test_an_alias_of_a_live_page_does_not_go_live_with_it(page, home):
    page = publish(page)

    refused(lambda: page.create_alias(parent=home, update_slug="alias"))

    assert not Page.objects.filter(slug="alias").exists()


def test_an_alias_of_a_draft_does_not_follow_it_to_the_public(page, home):
    alias = page.create_alias(parent=home, update_slug="alias")

    publish(page)

    assert not is_live(alias)


def test_a_draft_copy_of_a_live_page_needs_its_own_review(page):
    copy = publish(page).copy(update_attrs={"slug": "copy"}, keep_live=False)

    refused(copy.get_latest_revision().publish)


def test_wagtails_own_scheduler_publishes_nothing_unreviewed(draft):
    revision = draft.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()

    refused(lambda: call_command("publish_scheduled"))

    assert not is_live(draft)


def test_a_page_loaded_as_its_base_class_is_stopped_by_the_database(draft):
    base = Page.objects.get(pk=draft.pk)
    base.live = True

    refused_by_the_database(base.save)

    assert not is_live(draft)


def test_a_queryset_update_is_stopped_by_the_database(draft):
    refused_by_the_database(lambda: Page.objects.filter(pk=draft.pk).update(live=True))
    refused_by_the_database(lambda: ContentPage.objects.filter(pk=draft.pk).update(live=True))

    assert not is_live(draft)


def test_plain_sql_is_stopped_by_the_database(draft):
    def update():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_page SET live = true WHERE id = %s", [draft.pk])

    refused_by_the_database(update)

    assert not is_live(draft)


def test_a_page_taken_off_the_site_does_not_come_back_by_an_update(page):
    page = publish(page)
    page.unpublish()

    refused_by_the_database(lambda: Page.objects.filter(pk=page.pk).update(live=True))

    assert not Publication.objects.filter(page=page, is_current=True).exists()


def test_a_page_taken_off_by_an_update_does_not_come_back_by_an_update(page):
    page = publish(page)
    Page.objects.filter(pk=page.pk).update(live=False)

    refused_by_the_database(lambda: Page.objects.filter(pk=page.pk).update(live=True))


def test_unreviewed_rows_cannot_be_inserted_live(home, draft):
    def insert():
        row = Page.objects.filter(pk=draft.pk).values().get()
        row |= {"id": 9999, "live": True, "path": home.path + "9999", "url_path": "/x/"}
        row["translation_key"] = "00000000-0000-0000-0000-000000000001"
        Page.objects.bulk_create([Page(**row)])

    refused_by_the_database(insert)


def test_reviewed_content_goes_live(page):
    page = publish(page)

    assert page.live
    assert page.publications.get().is_current


def test_a_page_that_asks_for_release_does_not_go_live_on_its_review_alone(decision):
    decision.needs_release = False
    revision = clear(decision)
    del decision.needs_release

    with pytest.raises(NotCleared) as refusal:
        revision.publish()

    assert [problem.field for problem in refusal.value.problems] == [""]
    assert not is_live(decision)


def test_a_changed_content_needs_a_new_review(page):
    page = publish(page)
    page.title = "服务指南（修订）"

    refused(page.save_revision().publish)
    refused(page.save)
    refused(lambda: page.save(update_fields=["title"]))

    assert Page.objects.get(pk=page.pk).title == "服务指南"


def test_content_of_a_live_page_is_not_saved_by_calling_it_a_draft(page):
    page = publish(page)
    page.live, page.title, page.summary = False, "未经审查", "未经审查"

    refused(lambda: page.save(update_fields=["title"]))
    refused(lambda: page.save(update_fields=["summary"]))

    page.refresh_from_db()
    assert (page.title, page.summary) == ("服务指南", "")


def test_a_new_revision_with_the_same_content_needs_no_new_review(page):
    """The Publish button of the editor always saves a revision of its own."""
    clear(page)

    page.save_revision().publish()

    assert is_live(page)


def test_going_back_to_a_reviewed_content_needs_no_new_review(page):
    page = publish(page)
    reviewed = page.latest_revision
    page.title = "服务指南（修订）"
    publish(page)

    reviewed.publish()

    assert Page.objects.get(pk=page.pk).title == "服务指南"


@pytest.mark.parametrize(
    "attribute", [DisclosureAttribute.ON_REQUEST, DisclosureAttribute.WITHHELD]
)
def test_only_what_is_disclosed_proactively_is_published(page, attribute):
    page.disclosure_attribute = attribute
    page.disclosure_ground = NonDisclosureGround.INTERNAL

    refused(clear(page).publish)


def test_what_is_disclosed_after_redaction_is_published(page):
    page.disclosure_attribute = DisclosureAttribute.REDACTED

    assert publish(page).live


@pytest.mark.parametrize(
    "changes", [{"slug": "elsewhere"}, {"locked": True}, {"show_in_menus": True}]
)
def test_the_place_of_a_live_page_changes_without_a_review(page, changes):
    page = publish(page)
    for name, value in changes.items():
        setattr(page, name, value)

    page.save()

    assert Page.objects.filter(pk=page.pk, live=True, **changes).exists()
    assert page.publications.count() == 1


def test_a_comment_between_officials_is_not_content(page):
    revision = clear(page)
    page.wagtail_admin_comments.add(
        Comment(user=UserFactory(), contentpath="body", text="这里再核对一下")
    )

    page.save_revision().publish()

    assert is_live(page)
    assert page.content_digest() == revision.as_object().content_digest()


def test_moving_a_live_page_needs_no_review(page, home):
    parent = publish(ContentPageFactory(parent=home))
    page = publish(page)

    page.move(parent, pos="last-child")

    assert is_live(page)
    assert page.publications.count() == 1


def test_taking_a_page_off_the_site_needs_no_review(page):
    publish(page).unpublish()

    assert not is_live(page)


def test_every_publication_of_new_content_is_on_file(page):
    page = publish(page)
    page.title = "服务指南（修订）"

    publish(page)

    assert list(page.publications.order_by("pk").values_list("is_current", flat=True)) == [
        False,
        True,
    ]


def test_content_stored_without_an_optional_part_is_the_same_each_time_it_is_told(home):
    article = {"type": "article", "value": {"text": "<p>低层住户</p>"}, "id": "a"}
    page = ConsultationPageFactory(
        parent__parent__parent__parent=home, draft=json.dumps([article])
    )
    stored = type(page).objects.get(pk=page.pk)

    told = [stored.content_digest(), stored.content_digest()]

    assert told[0] == told[1] == type(page).objects.get(pk=page.pk).content_digest()
