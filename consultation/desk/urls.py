from django.urls import include, path

from .views import (
    decisions,
    entry,
    groups,
    imports,
    listing,
    reading,
    report,
    selection,
    suggestions,
    work,
)

desk = [
    path("", listing.OpinionListView.as_view(), name="desk"),
    path("results/", listing.OpinionListView.as_view(results_only=True), name="desk_results"),
    path("opinions.csv", listing.CsvView.as_view(), name="export_csv"),
    path("opinions.xlsx", listing.XlsxView.as_view(), name="export_xlsx"),
    path("report/preview/", report.PreviewView.as_view(), name="preview"),
    path("report/preview/<str:name>", report.PreviewFileView.as_view(), name="preview_file"),
    path("read/", listing.ReadOnView.as_view(), name="read_on"),
    path("changes/", selection.ChangesView.as_view(), name="changes"),
    path("changes/<int:pk>/", selection.ChangeView.as_view(), name="change"),
    path("selection/", selection.SelectionView.as_view(), name="selection"),
    path("enter/", entry.EntryView.as_view(), name="enter"),
    path("imports/", imports.UploadView.as_view(), name="imports"),
    path("imports/<int:pk>/", imports.BatchView.as_view(), name="import"),
    path("imports/<int:pk>/run/", imports.RunImportView.as_view(), name="run_import"),
    path("imports/<int:pk>/discard/", imports.DiscardImportView.as_view(), name="discard_import"),
    path("groups/", groups.GroupListView.as_view(), name="groups"),
    path("groups/new/", groups.NewGroupView.as_view(), name="new_group"),
    path("groups/<int:pk>/", groups.GroupView.as_view(), name="group"),
    path("groups/<int:pk>/advice/", groups.GroupAdviceView.as_view(), name="group_advice"),
    path("groups/<int:pk>/countersign/", groups.CountersignView.as_view(), name="countersign"),
    path("groups/<int:pk>/merge/", groups.MergeView.as_view(), name="merge_group"),
    path("groups/<int:pk>/dissolve/", groups.DissolveView.as_view(), name="dissolve_group"),
    path("groups/<int:pk>/take/", groups.TakeGroupView.as_view(), name="take_group"),
    path("groups/read/", suggestions.ReadView.as_view(), name="read"),
    path("groups/runs/<int:pk>/", suggestions.RunStatusView.as_view(), name="run"),
    path("groups/runs/<int:pk>/cancel/", suggestions.CancelRunView.as_view(), name="cancel_run"),
    path("suggestions/<int:pk>/", suggestions.SuggestionView.as_view(), name="suggestion"),
    path("suggestions/<int:pk>/dismiss/", suggestions.DismissView.as_view(), name="dismiss"),
    path("decision/", decisions.DecisionView.as_view(), name="decision"),
    path("report/", decisions.MakeReportView.as_view(), name="make_report"),
    path("<int:pk>/", reading.OpinionView.as_view(), name="opinion"),
    path("<int:pk>/assign/", work.AssignView.as_view(), name="assign"),
    path("<int:pk>/hand-over/", work.HandOverView.as_view(), name="hand_over"),
    path("<int:pk>/due/", work.DueView.as_view(), name="due"),
    path("<int:pk>/tag/", work.TagView.as_view(), name="tag"),
    path("<int:pk>/tags/<int:tag>/remove/", work.UntagView.as_view(), name="untag"),
    path("<int:pk>/move/", work.MoveView.as_view(), name="move"),
    path("<int:pk>/advice/", work.AdviceView.as_view(), name="advice"),
    path("<int:pk>/split/", work.SplitView.as_view(), name="split"),
    path("<int:pk>/join/", work.JoinView.as_view(), name="join"),
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
