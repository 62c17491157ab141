from django.contrib.auth.models import Permission
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.snippets.models import register_snippet

from .desk.views.base import may_use_desk
from .desk.viewsets import StandardWordingViewSet
from .models import AdoptionReportPage, ReportEdition

GRANTED_IN_GROUPS = [
    "view_opinion",
    "decide_opinion",
    "enter_opinion",
    "record_decision",
    "make_report",
    "advise_opinion",
    "countersign_group",
    "add_standardwording",
    "change_standardwording",
    "view_standardwording",
]


class OpinionsMenuItem(MenuItem):
    def is_shown(self, request):
        return may_use_desk(request.user)


@hooks.register("register_admin_menu_item")
def register_opinions_menu_item():
    return OpinionsMenuItem(
        _("Opinions"), reverse("opinions:index"), name="opinions", icon_name="openquote", order=95
    )


class EditionsButton(PageMenuItem):
    """In the menu of a report that has been public: its editions, one of which may have to go."""

    label = _("Editions")
    icon_name = "copy"
    url_name = "opinions:editions"

    def is_shown(self, user):
        may_take_down = self.page.permissions_for_user(user).can_unpublish()
        return may_take_down and ReportEdition.objects.filter(page=self.page).exists()


@hooks.register("register_page_header_buttons")
def register_editions_button(page, user, view_name, next_url=None):
    if isinstance(page, AdoptionReportPage):
        yield EditionsButton(page=page, priority=62)


@hooks.register("register_admin_urls")
def register_opinions_urls():
    return [path("opinions/", include("consultation.desk.urls"))]


@hooks.register("register_permissions")
def register_opinion_permissions():
    return Permission.objects.filter(
        content_type__app_label="consultation", codename__in=GRANTED_IN_GROUPS
    )


register_snippet(StandardWordingViewSet)
