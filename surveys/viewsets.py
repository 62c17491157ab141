from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from . import office


class SurveyMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(office.VIEW)


class SurveyViewSet(ViewSet):
    """Questionnaires as officers see them: to read, to take away, to count, to send on."""

    name = "questionnaires"
    icon = "form"
    menu_label = _("Questionnaires")
    menu_order = 96
    add_to_admin_menu = True

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            header_icon=self.icon,
            index_url_name=self.get_url_name("index"),
            index_results_url_name=self.get_url_name("index_results"),
            **kwargs,
        )

    @cached_property
    def menu_item_class(self):
        return SurveyMenuItem

    def get_urlpatterns(self):
        index = self.construct_view(office.SurveyIndexView)
        results = self.construct_view(office.SurveyIndexView, results_only=True)
        return [
            path("", index, name="index"),
            path("results/", results, name="index_results"),
            path("<int:pk>/", office.SurveyView.as_view(), name="survey"),
            path("<int:pk>/answers.csv", office.CsvView.as_view(), name="csv"),
            path("<int:pk>/answers.xlsx", office.XlsxView.as_view(), name="xlsx"),
            path("<int:pk>/make-results/", office.MakeResultsView.as_view(), name="make_results"),
            path("<int:pk>/send-texts/", office.SendTextsView.as_view(), name="send_texts"),
        ]
