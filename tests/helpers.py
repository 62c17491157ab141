"""The legal way to the public, for pages that a test only needs to be there."""

from contextlib import contextmanager

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Collection, Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.clearance.actions import release_revision, review_revision
from cms.clearance.enums import Outcome
from cms.clearance.models import ConfidentialityReview

from .factories.people import UserFactory

CHECKS = dict.fromkeys(ConfidentialityReview.CHECKS, True)


def clear(page, *, drafter=None, reviewer=None, signer=None):
    """Draft, have it reviewed and released by two others; returns the cleared revision."""
    revision = page.save_revision(user=drafter or UserFactory())
    at = timezone.now()
    review_revision(
        revision,
        reviewer=reviewer or UserFactory(),
        outcome=Outcome.CLEARED,
        checks=CHECKS,
        at=at,
    )
    if page.needs_release:
        release_revision(revision, signer=signer or UserFactory(), at=at)
    return revision


def publish(page, **officials):
    """Publish a page the only way the site allows; returns it as it is now."""
    clear(page, **officials).publish()
    return type(page).objects.get(pk=page.pk)


def plant_roots():
    """What migrations made and the flush after a transactional test took away."""
    Locale.objects.get_or_create(language_code="zh-hans")
    if Page.get_first_root_node() is None:
        Page.add_root(instance=Page(title="Root", slug="root"))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    translation = ContentType.objects.get(app_label="wagtail_localize", model="translation")
    Permission.objects.get_or_create(content_type=translation, codename="submit_translation")


@contextmanager
def without_indexes(settings):
    """For tests that neither search nor ask where a file is used: a third of every save."""
    backend = settings.WAGTAILSEARCH_BACKENDS["default"]
    settings.WAGTAILSEARCH_BACKENDS = {"default": {**backend, "AUTO_UPDATE": False}}
    with disable_reference_index_auto_update():
        yield


def let_go(response) -> None:
    """Close the file that an answer hands out. Its own ``close`` ends the request, and with it
    the connection to the database that the test goes on with.
    """
    for close in response._resource_closers:
        close()
