from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .reports import RecordReportView


class RecordMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("record.view_event")


@hooks.register("register_reports_menu_item")
def register_record_menu_item():
    return RecordMenuItem(
        _("Record"), reverse("record_report"), name="record", icon_name="history", order=900
    )


@hooks.register("register_admin_urls")
def register_record_urls():
    return [
        path("reports/record/", RecordReportView.as_view(), name="record_report"),
        path(
            "reports/record/results/",
            RecordReportView.as_view(results_only=True),
            name="record_report_results",
        ),
    ]


@hooks.register("register_permissions")
def register_record_permissions():
    return Permission.objects.filter(content_type__app_label="record", codename="view_event")
