from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from .views import DutyDetailView, DutyIndexView


class DutyViewSet(ViewSet):
    """Duties are counted from events: they are looked at here, and never edited."""

    name = "duties"
    icon = "calendar-check"
    menu_label = _("Duties")
    menu_order = 90
    add_to_admin_menu = True

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            header_icon=self.icon,
            index_url_name=self.get_url_name("index"),
            index_results_url_name=self.get_url_name("index_results"),
            **kwargs,
        )

    def get_urlpatterns(self):
        index = self.construct_view(DutyIndexView)
        results = self.construct_view(DutyIndexView, results_only=True)
        return [
            path("", index, name="index"),
            path("results/", results, name="index_results"),
            path("<int:pk>/", self.construct_view(DutyDetailView), name="detail"),
        ]


duty_viewset = DutyViewSet()
