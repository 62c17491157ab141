from django.urls import include, path

from . import changes_views, deadlines_views, report_views, views
from .enums import ReportFormat

app_name = "consultation"

NAMES = {ReportFormat.TABLE: "annex_csv", ReportFormat.WORKBOOK: "annex_xlsx"}
report_files = [
    *(
        path(name.value, report_views.report_file, {"name": name.value}, name=NAMES.get(name))
        for name in ReportFormat
    ),
    path("SHA256SUMS", report_views.edition_sums),
]

urlpatterns = [
    path("decisions/<int:year>/deadlines/", deadlines_views.deadlines, name="deadlines"),
    path("decisions/<int:year>/<slug:slug>/consultation/opinion/", views.opinion, name="opinion"),
    path("decisions/<int:year>/<slug:slug>/adoption-report/", include(report_files)),
    path(
        "decisions/<int:year>/<slug:slug>/consultation/changes/",
        changes_views.changes,
        name="changes",
    ),
    path(
        "decisions/<int:year>/<slug:slug>/adoption-report/editions/<int:number>/",
        include([path("", report_views.edition, name="report_edition"), *report_files]),
    ),
]
