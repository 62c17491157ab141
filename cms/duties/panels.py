from django.utils import timezone
from wagtail.admin.ui.components import Component

from .queries import board

SHOWN = 20


class DutyBoardPanel(Component):
    """The first thing an officer sees in the CMS: what is owed by when."""

    name = "duty_board"
    template_name = "duties/board_panel.html"
    order = 50

    def get_context_data(self, parent_context):
        standings = board(parent_context["request"].user, timezone.localdate())
        return {"standings": standings[:SHOWN], "more": max(0, len(standings) - SHOWN)}
