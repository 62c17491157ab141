from django.contrib import messages
from django.db.models import Max
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.grouping import AlreadyReading, ask_for_groups, cancel_grouping
from ...actions.groups import (
    GroupExists,
    SuggestionDecided,
    accept_suggestion,
    dismiss_suggestion,
)
from ...enums import UNFINISHED, SuggestionState
from ...jobs import read_for_groups_now
from ...models import GroupingRun, GroupSuggestion, Opinion
from ..work_forms import SuggestionForm
from .base import DECIDE, DeskView, FormDeskView

SHOWN = 200


class ReadView(DeskView):
    """Have all opinions read for what they have in common, off the web process."""

    permission_required = DECIDE
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        try:
            run = ask_for_groups(self.consultation, by=request.user, at=timezone.now())
        except AlreadyReading:
            messages.warning(request, _("The opinions are being read already."))
        else:
            read_for_groups_now.enqueue(run.pk)
            messages.success(request, _("The opinions are being read; you can go on working."))
        return redirect(self.url("groups"))


class OfRun:
    permission_required = DECIDE

    @cached_property
    def run(self) -> GroupingRun:
        return get_object_or_404(self.consultation.grouping_runs, pk=self.kwargs["pk"])


class RunStatusView(OfRun, DeskView):
    """How far a run is, for the page that shows it."""

    def get(self, request, *args, **kwargs):
        run = self.run
        return JsonResponse(
            {
                "state": run.state,
                "label": str(run.get_state_display()),
                "stage": run.stage_name,
                "done": run.done,
                "total": run.total,
                "over": run.state not in UNFINISHED,
            }
        )


class CancelRunView(OfRun, DeskView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        cancel_grouping(self.run, by=request.user, at=timezone.now())
        messages.success(request, _("The reading is being stopped."))
        return redirect(self.url("groups"))


class OfSuggestion:
    permission_required = DECIDE

    @cached_property
    def suggestion(self) -> GroupSuggestion:
        waiting = GroupSuggestion.objects.filter(
            consultation=self.consultation, state=SuggestionState.OPEN
        ).select_related("group", "run", "consultation")
        return get_object_or_404(waiting, pk=self.kwargs["pk"])

    @property
    def seen(self) -> int | None:
        """The last member on the page that was posted; more may have come since."""
        posted = self.request.POST.get("seen", "")
        return int(posted) if posted.isascii() and posted.isdigit() else None


class SuggestionView(OfSuggestion, FormDeskView):
    """One suggestion: who would be in it, what they share, and a person's yes or no."""

    form_class = SuggestionForm
    page_title = gettext_lazy("Suggested group")
    template_name = "consultation/desk/suggestion.html"
    submit_label = gettext_lazy("Yes, they say the same")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"suggestion": self.suggestion}
        return kwargs | {"initial": {"title": self.suggestion.label}}

    def get_breadcrumbs_items(self):
        return [
            *self.trail(),
            {"url": self.url("groups"), "label": _("Groups of opinions")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        members = self.suggestion.members.filter(opinion__group=None)
        opinions = Opinion.objects.filter(pk__in=members.values("opinion")).order_by("pk")
        return super().get_context_data(
            suggestion=self.suggestion,
            count=members.count(),
            people=opinions.order_by().values("person").distinct().count(),
            members=opinions.select_related("campaign")[:SHOWN],
            shown=SHOWN,
            seen=self.seen or self.suggestion.members.aggregate(last=Max("pk"))["last"] or 0,
            left_out=set(self.request.POST.getlist("shown"))
            - set(self.request.POST.getlist("id")),
            way_out=self.url("groups"),
            **kwargs,
        )

    def form_valid(self, form):
        members = self.suggestion.members.all()
        if self.seen is not None:
            members = members.filter(pk__lte=self.seen)
        chosen = set(members.values_list("opinion", flat=True)) - self._left_out()
        if not chosen:
            form.add_error(None, _("Mark at least one opinion."))
            return None
        try:
            group = accept_suggestion(
                self.suggestion,
                title=form.cleaned_data.get("title") or "",
                into=form.cleaned_data.get("into"),
                keys=chosen,
                seen=self.seen,
                by=self.request.user,
                at=timezone.now(),
            )
        except GroupExists:
            form.add_error("title", _("There is a group of this name: choose it below."))
            return None
        except SuggestionDecided:
            messages.warning(self.request, _("Somebody has decided on this suggestion already."))
            return redirect(self.url("groups"))
        messages.success(self.request, _("Group “%(group)s” saved.") % {"group": group.title})
        return redirect(self.url("group", group.pk))

    def _left_out(self) -> set[int]:
        """Shown, and the mark taken away; what was not shown goes with the others."""
        posted = self.request.POST
        unmarked = set(posted.getlist("shown")) - set(posted.getlist("id"))
        return {int(key) for key in unmarked if key.isascii() and key.isdigit()}


class DismissView(OfSuggestion, DeskView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        try:
            dismiss_suggestion(self.suggestion, by=request.user, at=timezone.now(), seen=self.seen)
        except SuggestionDecided:
            messages.warning(request, _("Somebody has decided on this suggestion already."))
        else:
            messages.success(request, _("These are not suggested together again."))
        return redirect(self.url("groups"))
