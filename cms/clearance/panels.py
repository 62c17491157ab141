from django.utils.functional import cached_property
from wagtail.admin.panels import Panel


class ClearancePanel(Panel):
    """What still stands between this page and the public, shown where it is edited."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "clearance/panel.html"

        @cached_property
        def page(self):
            revision = self.instance.latest_revision if self.instance.pk else None
            return revision.as_object() if revision else self.instance

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context["problems"] = self.page.clearance_problems()
            context["review"] = self.page.review_of_content()
            return context
