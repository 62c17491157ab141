from django.urls import include, path

from .views import door, draws, listing, parties, questions, sessions

party = [
    path("", parties.PartyView.as_view(), name="party"),
    path("contact/", parties.ContactView.as_view(), name="contact"),
    path("cancel/", parties.CancelPartyView.as_view(), name="cancel_party"),
    path("accept/", parties.AcceptView.as_view(), name="accept"),
    path("decline/", parties.DeclineView.as_view(), name="decline"),
    path("coming/", parties.ComingView.as_view(), name="coming"),
    path("size/", parties.ResizeView.as_view(), name="resize"),
    path("undo/", parties.UndoCheckInView.as_view(), name="undo"),
]

session = [
    path("", listing.PartyListView.as_view(), name="parties"),
    path("results/", listing.PartyListView.as_view(results_only=True), name="parties_results"),
    path("sign-ups.csv", listing.CsvView.as_view(), name="export_csv"),
    path("sign-ups.xlsx", listing.XlsxView.as_view(), name="export_xlsx"),
    path("announce/", sessions.AnnounceView.as_view(), name="announce"),
    path("capacity/", sessions.CapacityView.as_view(), name="capacity"),
    path("keep/", sessions.KeepView.as_view(), name="keep"),
    path("kept/<int:pk>/end/", sessions.EndQuotaView.as_view(), name="end_quota"),
    path("move/", sessions.MoveView.as_view(), name="move"),
    path("cancel/", sessions.CancelView.as_view(), name="cancel"),
    path("enter/", parties.EnterView.as_view(), name="enter"),
    path("invite/", parties.InviteView.as_view(), name="invite"),
    path("phone-list/", parties.UnreachedView.as_view(), name="unreached"),
    path("draw/", draws.DrawView.as_view(), name="draw"),
    path("draw/promise/", draws.CommitView.as_view(), name="commit"),
    path("draw/run/", draws.RunView.as_view(), name="run"),
    path("draw/draw.json", draws.DrawFileView.as_view(), name="draw_file"),
    path("selection/", draws.SelectionView.as_view(), name="select"),
    path("selection/choose/", draws.SelectView.as_view(), name="choose"),
    path("selection/finish/", draws.FinishSelectionView.as_view(), name="finish"),
    path("sign-ups/<int:pk>/", include(party)),
]

activity = [
    path("", listing.ActivityView.as_view(), name="desk"),
    path("sessions/new/", sessions.PlanView.as_view(), name="plan"),
    path("sessions/<int:session>/", include(session)),
    path("questions/", questions.QuestionListView.as_view(), name="questions"),
    path("questions/<int:pk>/", questions.AnswerView.as_view(), name="answer"),
]

door_urls = [
    path("", door.DoorView.as_view(), name="door"),
    path("shell/", door.ShellView.as_view(), name="door_shell"),
    path("list.json", door.ListView.as_view(), name="door_list"),
    path("scans/", door.ScansView.as_view(), name="door_scans"),
    path("check-in/", door.CheckInView.as_view(), name="door_check_in"),
    path("walk-in/", door.WalkInView.as_view(), name="door_walk_in"),
    path("paper/", door.PaperView.as_view(), name="door_paper"),
    path("worker.js", door.WorkerView.as_view(), name="door_worker"),
]

app_name = "open_day"
urlpatterns = [
    path("", listing.ActivityListView.as_view(), name="index"),
    path("results/", listing.ActivityListView.as_view(results_only=True), name="index_results"),
    path("door/<int:session>/", include(door_urls)),
    path("<int:activity>/", include(activity)),
]
