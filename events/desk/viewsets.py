from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import Room


class RoomViewSet(SnippetViewSet):
    """Rooms whose places are shared by all sessions that are in them at one time."""

    model = Room
    icon = "home"
    menu_label = _("Rooms")
    menu_order = 98
    add_to_admin_menu = True
    list_display = ["name", "capacity", "department"]
    search_fields = ["name"]
    form_fields = ["name", "name_en", "capacity", "department"]
