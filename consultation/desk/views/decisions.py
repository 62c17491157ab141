from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.duties.actions import OutOfOrder
from cms.duties.queries import duty_of

from ...actions.decisions import record_decision
from ...actions.reports import make_report
from ...duties import ADOPTION_REPORT
from ...rules import DecisionInTheFuture
from ..forms import USUAL_MEETING, DecisionForm
from .base import MAKE_REPORT, RECORD_DECISION, DeskView, FormDeskView


class DecisionView(FormDeskView):
    """登记决策."""

    permission_required = RECORD_DECISION
    form_class = DecisionForm
    page_title = gettext_lazy("Record the decision")
    template_name = "consultation/desk/form.html"
    submit_label = gettext_lazy("Record the decision")

    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def decision(self):
        return self.consultation.get_parent().specific

    def get_form_kwargs(self):
        draft = self.decision.get_latest_revision_as_object()
        initial = {
            "document_number": draft.document_number,
            "meeting_name": draft.meeting_name or USUAL_MEETING,
            "issued_on": draft.issued_on,
        }
        return super().get_form_kwargs() | {"today": self.today, "initial": initial}

    def get_context_data(self, **kwargs):
        return super().get_context_data(way_out=self.way_back(), **kwargs)

    def form_valid(self, form):
        try:
            record_decision(
                self.decision,
                **form.cleaned_data,
                by=self.request.user,
                today=self.today,
                at=timezone.now(),
            )
        except (DecisionInTheFuture, OutOfOrder):
            form.add_error("issued_on", _("This day does not fit the clock that runs already."))
            return None
        due_on = duty_of(self.consultation, ADOPTION_REPORT).due_on
        messages.success(
            self.request,
            _("Decision recorded as a draft of the dossier. The report is due on %(day)s.")
            % {"day": date_format(due_on)},
        )
        return redirect(self.way_back())


class MakeReportView(DeskView):
    """生成意见采纳情况反馈: the report as a draft, and what still stands before the public."""

    permission_required = MAKE_REPORT
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        report = make_report(self.consultation, by=request.user, at=timezone.now())
        messages.success(request, _("The report has been made from the opinions as they stand."))
        for problem in report.clearance_problems():
            messages.warning(request, problem.text)
        if report.permissions_for_user(request.user).can_edit():
            return redirect(reverse("wagtailadmin_pages:edit", args=[report.pk]))
        return redirect(self.way_back())
