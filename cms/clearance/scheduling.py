"""Scheduled publishing that skips what nobody cleared, and says so."""

import logging
from datetime import datetime

from django.db import transaction
from wagtail.models import Page, Revision

from cms.record.actions import record
from cms.record.models import Event

from .rules import NotCleared

logger = logging.getLogger(__name__)
REFUSED = "clearance.publication_refused"


def publish_due(at: datetime) -> tuple[list[Page], list[tuple[Page, list[str]]]]:
    """Publish every revision whose hour has come, unpublish what has expired.

    Returns the published pages, and the refused ones each with its reasons. A refusal stops
    nobody else; the revision stays scheduled and goes out once it is cleared.
    """
    for page in Page.objects.live().filter(expire_at__lte=at).specific():
        page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    published, refused = [], []
    due = Revision.page_revisions.filter(approved_go_live_at__lte=at)
    for revision in due.order_by("approved_go_live_at", "pk"):
        reasons = _publish(revision, at)
        page = revision.content_object
        if reasons:
            refused.append((page, reasons))
        else:
            published.append(page)
    return published, refused


def _publish(revision: Revision, at: datetime) -> list[str]:
    """Publish one revision, whole or not at all; the reasons if it could not be."""
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except NotCleared as refusal:
        _record_once(revision, at)
        return [str(problem.text) for problem in refusal.problems]
    except Exception as error:  # one page that cannot be published stops no other
        logger.exception("revision %s could not be published", revision.pk)
        _record_once(revision, at)
        return [repr(error)]
    return []


def _record_once(revision: Revision, at: datetime) -> None:
    """It is tried again every minute; the record says it once."""
    page, data = revision.content_object, {"scheduled": True, "revision": revision.pk}
    told = Event.objects.filter(verb=REFUSED, subject_id=str(page.pk), data__revision=revision.pk)
    if not told.exists():
        record(REFUSED, page, at=at, result="refused", data=data)
