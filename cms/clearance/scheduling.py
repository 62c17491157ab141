"""Scheduled publishing that skips what nobody cleared, and says so."""

from datetime import datetime

from wagtail.models import Page, Revision

from cms.record.actions import record

from .rules import NotCleared


def publish_due(at: datetime) -> tuple[list[Page], list[tuple[Page, list[str]]]]:
    """Publish every revision whose hour has come, unpublish what has expired.

    Returns the published pages, and the refused ones each with its reasons. A refusal stops
    nobody else; the revision stays scheduled and goes out once it is cleared.
    """
    for page in Page.objects.live().filter(expire_at__lte=at).specific():
        page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    published, refused = [], []
    due = Revision.page_revisions.filter(approved_go_live_at__lte=at)
    for revision in due.order_by("approved_go_live_at"):
        try:
            revision.publish(log_action="wagtail.publish.scheduled")
        except NotCleared as refusal:
            record(
                "clearance.publication_refused",
                refusal.page,
                at=at,
                result="refused",
                data={"scheduled": True},
            )
            refused.append((refusal.page, [str(p.text) for p in refusal.problems]))
        else:
            published.append(revision.content_object)
    return published, refused
