from wagtail.admin.panels import Panel


class LockedQuestionsPanel(Panel):
    """Says in the editor that people have answered, and what can still be changed."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "surveys/panels/locked.html"

        def is_shown(self) -> bool:
            return (
                super().is_shown() and bool(self.instance.pk) and self.instance.answers_count > 0
            )

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            return {**context, "count": self.instance.answers_count}
