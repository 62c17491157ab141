from django.urls import path

from . import report_views, views

app_name = "consultation"

urlpatterns = [
    path("decisions/<int:year>/<slug:slug>/consultation/opinion/", views.opinion, name="opinion"),
    path(
        "decisions/<int:year>/<slug:slug>/adoption-report/annex.csv",
        report_views.annex_csv,
        name="annex_csv",
    ),
    path(
        "decisions/<int:year>/<slug:slug>/adoption-report/annex.xlsx",
        report_views.annex_xlsx,
        name="annex_xlsx",
    ),
]
