from wagtail.models import Page, Revision

from .models import ShownFile


def editor_ids(page: Page) -> set[int]:
    """Everyone who had a hand in the content since it was last published."""
    revisions = Revision.objects.for_instance(page).filter(user__isnull=False)
    since_live = revisions.filter(pk__gt=page.live_revision_id or 0)
    hands = set(since_live.values_list("user_id", flat=True))
    if not hands and page.live_revision_id:
        hands = set(revisions.filter(pk=page.live_revision_id).values_list("user_id", flat=True))
    return hands


def file_is_public(file) -> bool:
    """True while a live page shows exactly this content of the file, under its review."""
    return ShownFile.objects.filter(
        file_key=file.file_key,
        sha256=file.sha256,
        review__publications__is_current=True,
        review__publications__page__live=True,
    ).exists()
