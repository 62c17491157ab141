from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import PrivacyNotice
from .rating_desk import VIEW, RatingIndexView, RatingView


class PrivacyNoticeViewSet(SnippetViewSet):
    model = PrivacyNotice
    icon = "lock"
    menu_label = _("Privacy notices")
    list_display = ["code", "version", "in_force_from"]
    list_filter = ["code"]
    copy_view_enabled = True
    add_to_settings_menu = True


class RatingsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(VIEW)


class RatingViewSet(ViewSet):
    """Ratings are given by citizens: they are read here, and a call after a low one is noted."""

    name = "ratings"
    icon = "pick"
    menu_label = _("Ratings")
    menu_order = 97
    add_to_admin_menu = True

    @cached_property
    def menu_item_class(self):
        return RatingsMenuItem

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            header_icon=self.icon,
            index_url_name=self.get_url_name("index"),
            index_results_url_name=self.get_url_name("index_results"),
            **kwargs,
        )

    def get_urlpatterns(self):
        results = self.construct_view(RatingIndexView, results_only=True)
        return [
            path("", self.construct_view(RatingIndexView), name="index"),
            path("results/", results, name="index_results"),
            path("<int:pk>/", self.construct_view(RatingView), name="rating"),
        ]
