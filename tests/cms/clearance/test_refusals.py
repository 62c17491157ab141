"""A refusal reaches the official as words, on every way, and is on record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from cms.accounts.enums import Role
from cms.record.models import Event
from tests.admin_forms import edit_data, edit_url
from tests.factories import ContentPageFactory, UserFactory
from tests.helpers import clear, publish

pytestmark = pytest.mark.django_db

NOT_REVIEWED = "This content has not been reviewed for confidentiality."
TRANSLATE = "wagtail_localize:submit_page_translation"


@pytest.fixture
def boss(site):
    """May do everything Wagtail knows of, and reads English."""
    user = UserFactory(is_superuser=True)
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


@pytest.fixture
def official(client, boss):
    client.force_login(boss)
    return client


@pytest.fixture
def draft(page):
    page.save_revision(user=UserFactory())
    return page


def is_live(page) -> bool:
    return Page.objects.get(pk=page.pk).live


def refusals(page):
    return Event.objects.filter(
        verb="clearance.publication_refused", subject_id=str(page.pk), result="refused"
    )


def said(client, response) -> str:
    page = client.get(response["Location"]) if response.status_code == 302 else response
    return page.content.decode()


def test_a_publish_button_pressed_before_the_review_only_saves_the_draft(official, draft):
    data = edit_data(official, draft, title="办事指南") | {"action-publish": "1"}

    response = official.post(edit_url(draft), data)

    assert NOT_REVIEWED in said(official, response)
    assert not is_live(draft)
    assert Page.objects.get(pk=draft.pk).draft_title == "办事指南"


def test_a_change_of_a_live_page_is_refused_with_what_is_missing(official, page, boss):
    page = publish(page)
    data = edit_data(official, page, title="未经审查") | {"action-publish": "1"}

    response = official.post(edit_url(page), data)

    assert NOT_REVIEWED in said(official, response)
    assert Page.objects.get(pk=page.pk).title == "服务指南"
    assert refusals(page).get().actor == boss


def test_what_was_typed_is_kept_as_a_draft(official, page):
    page = publish(page)

    official.post(
        edit_url(page),
        edit_data(official, page, title="服务指南（修订）") | {"action-publish": "1"},
    )

    assert Page.objects.get(pk=page.pk).draft_title == "服务指南（修订）"


def test_scheduling_does_not_go_round_the_review(official, draft):
    soon = (timezone.localtime() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    data = edit_data(official, draft, go_live_at=soon) | {"action-publish": "1"}

    official.post(edit_url(draft), data)

    assert not draft.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_publish_and_schedule_are_not_offered_before_the_review(official, draft):
    before = official.get(edit_url(draft))
    clear(draft)
    after = official.get(edit_url(draft))

    assert 'name="action-publish"' not in before.content.decode()
    assert 'name="action-publish"' in after.content.decode()
    assert not draft.permissions_for_user(UserFactory(role=Role.SIGNER)).can_unpublish()


def test_a_signer_is_not_offered_to_publish_before_the_review(client, draft):
    signer = UserFactory(role=Role.SIGNER)

    assert not draft.permissions_for_user(signer).can_publish()
    clear(draft)
    assert draft.permissions_for_user(signer).can_publish()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICER, Role.REVIEWER, Role.ADMIN])
def test_only_signers_publish_what_is_cleared(draft, role):
    clear(draft)

    assert not draft.permissions_for_user(UserFactory(role=role)).can_publish()


def test_the_missing_things_are_listed_where_the_page_is_edited(official, draft):
    assert NOT_REVIEWED in official.get(edit_url(draft)).content.decode()

    clear(draft)

    assert NOT_REVIEWED not in official.get(edit_url(draft)).content.decode()


def test_publishing_many_at_once_leaves_out_what_is_not_cleared(official, draft):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = official.post(f"{address}?id={draft.pk}&next=/admin/")

    assert response.status_code in (200, 302)
    assert not is_live(draft)


def test_publishing_a_page_with_all_below_it_leaves_out_what_is_not_cleared(official, draft, home):
    clear(home)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    official.post(f"{address}?id={home.pk}&next=/admin/", {"include_descendants": "on"})

    assert is_live(home)
    assert not is_live(draft)


def copy_data(home, **changes) -> dict:
    return {
        "new_title": "副本",
        "new_slug": "copy",
        "new_parent_page": home.pk,
        "copy_subpages": "on",
        **changes,
    }


def test_a_live_page_is_copied_as_a_draft(official, page, home):
    page = publish(page)

    official.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), copy_data(home))

    assert Page.objects.get(slug="copy").live is False


@pytest.mark.parametrize("wish", ["publish_copies", "alias"])
def test_a_copy_or_an_alias_that_would_be_live_is_refused_in_words(official, page, home, wish):
    page = publish(page)

    response = official.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]), copy_data(home, **{wish: "on"})
    )

    assert not Page.objects.filter(slug="copy", live=True).exists()
    assert wish == "publish_copies" or "permission to publish" in said(official, response)


def test_a_program_is_answered_in_json(official, draft):
    data = {**edit_data(official, draft), "action-publish": "1"}

    response = official.post(edit_url(draft), data, headers={"accept": "application/json"})

    assert response.status_code < 500
    assert not is_live(draft)


def test_wagtails_write_interface_is_not_there(client):
    for address in ("/api/v3/pages/", "/api/v2/pages/", "/admin/api/v3/pages/"):
        assert client.get(address).status_code in (302, 404)


@pytest.mark.parametrize("synced", [False, True])
@pytest.mark.django_db(transaction=True)
def test_translating_a_live_page_publishes_nothing(official, page, settings, synced):
    settings.WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = synced
    publish(page.get_parent().specific)
    page = publish(page)
    english = Locale.objects.get(language_code="en")

    response = official.post(reverse(TRANSLATE, args=[page.pk]), {"locales": [english.pk]})

    copy = page.get_translation(english)
    text = said(official, response)
    assert not copy.live
    assert (NOT_REVIEWED in text, refusals(copy).exists()) == (synced, synced)


@pytest.mark.django_db(transaction=True)
def test_a_translation_is_published_once_it_is_reviewed_itself(official, page):
    publish(page.get_parent().specific)
    page = publish(page)
    english = Locale.objects.get(language_code="en")
    official.post(reverse(TRANSLATE, args=[page.pk]), {"locales": [english.pk]})
    copy = page.get_translation(english)

    refused = official.post(edit_url(copy), {"action": "publish"})
    assert not is_live(copy)
    clear(copy.get_latest_revision_as_object())
    official.post(edit_url(copy), {"action": "publish"})

    assert refused.status_code < 500
    assert is_live(copy)


def test_a_signer_locks_and_takes_off_a_live_page_without_a_review(client, page):
    page = publish(page)
    client.force_login(UserFactory(role=Role.SIGNER))

    client.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    assert Page.objects.get(pk=page.pk).locked
    client.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    assert not is_live(page)


def test_a_live_page_is_moved_without_a_review(client, page, home):
    page, place = publish(page), publish(ContentPageFactory(parent=home))
    client.force_login(UserFactory(is_superuser=True))

    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, place.pk]))

    moved = Page.objects.get(pk=page.pk)
    assert (moved.live, moved.get_parent().pk) == (True, place.pk)
