from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from cms.record.actions import record

from .enums import Outcome
from .models import ConfidentialityReview, ShownFile
from .queries import editor_ids
from .rules import ReviewRefused, may_release, may_review


@transaction.atomic
def review_revision(
    revision: Revision,
    *,
    reviewer,
    outcome: Outcome,
    at: datetime,
    checks: dict[str, bool] | None = None,
    basis: str = "",
) -> ConfidentialityReview:
    """Review first, then disclose; one item, one review (plan 2023, IV.1).

    ``checks`` holds the four ticks of ``ConfidentialityReview.CHECKS``. Raises ReviewRefused when
    the reviewer had a hand in the content, or clears it without all four.
    """
    ticks = {name: (checks or {}).get(name) is True for name in ConfidentialityReview.CHECKS}
    page = Page.objects.select_for_update(of=("self",)).get(pk=revision.object_id).specific
    content = revision.as_object()
    if not may_review(reviewer.pk, editor_ids(page)):
        raise ReviewRefused(_("Whoever drafted the content may not review it."))
    if outcome == Outcome.CLEARED and not all(ticks.values()):
        raise ReviewRefused(_("All four checks must be answered before clearing."))
    ConfidentialityReview.objects.filter(revision=revision).update(revision=None)
    review = ConfidentialityReview.objects.create(
        page_id=page.pk,
        revision=revision,
        digest=content.content_digest(),
        attribute=content.disclosure_attribute,
        outcome=outcome,
        basis=basis,
        reviewer=reviewer,
        reviewed_at=at,
        **ticks,
    )
    ShownFile.objects.bulk_create(
        ShownFile(review=review, file_key=key, sha256=sha256)
        for key, sha256 in content.shown_files()
    )
    record(
        "clearance.reviewed",
        page,
        by=reviewer,
        at=at,
        result=outcome,
        data={"revision": revision.pk, "digest": review.digest},
    )
    return review


@transaction.atomic
def release_revision(revision: Revision, *, signer, at: datetime) -> ConfidentialityReview:
    """Final release (签发) of a cleared content by a third person (rulebook K3, K5)."""
    content = revision.as_object()
    found = content.review_of_content()
    if found is None:
        raise ReviewRefused(_("This content has not been reviewed for confidentiality."))
    review = ConfidentialityReview.objects.select_for_update().get(pk=found.pk)
    if not may_release(signer.pk, review.reviewer_id, editor_ids(content)):
        raise ReviewRefused(_("The release is given by a third person."))
    if review.signer_id is None:
        review.signer, review.signed_at = signer, at
        review.save(update_fields=["signer", "signed_at"])
        record("clearance.released", content, by=signer, at=at, data={"revision": revision.pk})
    return review
