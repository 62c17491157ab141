from django.urls import include, path

from .views import decisions, entry, groups, imports, listing, reading, selection

desk = [
    path("", listing.OpinionListView.as_view(), name="desk"),
    path("results/", listing.OpinionListView.as_view(results_only=True), name="desk_results"),
    path("opinions.csv", listing.CsvView.as_view(), name="export_csv"),
    path("opinions.xlsx", listing.XlsxView.as_view(), name="export_xlsx"),
    path("selection/", selection.SelectionView.as_view(), name="selection"),
    path("enter/", entry.EntryView.as_view(), name="enter"),
    path("imports/", imports.UploadView.as_view(), name="imports"),
    path("imports/<int:pk>/", imports.BatchView.as_view(), name="import"),
    path("imports/<int:pk>/run/", imports.RunImportView.as_view(), name="run_import"),
    path("imports/<int:pk>/discard/", imports.DiscardImportView.as_view(), name="discard_import"),
    path("groups/", groups.GroupListView.as_view(), name="groups"),
    path("groups/new/", groups.NewGroupView.as_view(), name="new_group"),
    path("groups/<int:pk>/", groups.GroupView.as_view(), name="group"),
    path("decision/", decisions.DecisionView.as_view(), name="decision"),
    path("report/", decisions.MakeReportView.as_view(), name="make_report"),
    path("<int:pk>/", reading.OpinionView.as_view(), name="opinion"),
    path("<int:pk>/contact/", reading.ContactView.as_view(), name="contact"),
    path(
        "<int:pk>/attachments/<int:attachment>/",
        reading.AttachmentView.as_view(),
        name="attachment",
    ),
]

app_name = "opinions"
urlpatterns = [
    path("", listing.ConsultationListView.as_view(), name="index"),
    path(
        "results/", listing.ConsultationListView.as_view(results_only=True), name="index_results"
    ),
    path("<int:consultation>/", include(desk)),
]
