from django.contrib.auth.models import Permission
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from .desk.views.base import may_use_desk
from .desk.viewsets import RoomViewSet

GRANTED_IN_GROUPS = [
    "view_session",
    "manage_session",
    "run_draw",
    "view_signup",
    "enter_signup",
    "view_question",
    "change_question",
    "add_room",
    "change_room",
    "view_room",
]


class OpenDayMenuItem(MenuItem):
    def is_shown(self, request):
        return may_use_desk(request.user)


@hooks.register("register_admin_menu_item")
def register_open_day_menu_item():
    return OpenDayMenuItem(
        _("Open day"), reverse("open_day:index"), name="open-day", icon_name="group", order=97
    )


@hooks.register("register_admin_urls")
def register_open_day_urls():
    return [path("open-day/", include("events.desk.urls"))]


@hooks.register("register_permissions")
def register_open_day_permissions():
    return Permission.objects.filter(
        content_type__app_label="events", codename__in=GRANTED_IN_GROUPS
    )


register_snippet(RoomViewSet)
