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
    """True while a page that everyone may read shows exactly this content, under its review."""
    shown = ShownFile.objects.filter(file_key=file.file_key, sha256=file.sha256)
    pages = Page.objects.live().public()
    return pages.filter(
        publications__is_current=True, publications__review__shown_files__in=shown
    ).exists()
