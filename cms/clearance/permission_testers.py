from wagtail.models import PagePermissionTester


class ClearedPagePermissionTester(PagePermissionTester):
    """Hides "Publish" and "Schedule" until the latest revision is cleared."""

    def can_publish(self) -> bool:
        return super().can_publish() and self._latest_content_is_cleared()

    def can_unpublish(self) -> bool:
        """Taking a page off the site needs no review; the right to publish is enough."""
        return super().can_unpublish()

    def can_publish_subpage(self) -> bool:
        """A page that does not exist yet cannot have been reviewed."""
        return False

    def can_reorder_children(self) -> bool:
        return super().can_publish()

    def can_set_view_restrictions(self) -> bool:
        return super().can_publish()

    def can_unschedule(self) -> bool:
        return super().can_publish()

    def _latest_content_is_cleared(self) -> bool:
        revision = self.page.latest_revision
        content = revision.as_object() if revision else self.page.specific
        is_cleared = getattr(content, "is_cleared", None)
        return is_cleared is None or is_cleared()
