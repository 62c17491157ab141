from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.pages.desk import NeedsPermission, OneForm

from ...models import ConsultationPage
from ...rules import GroupGone
from ..queries import consultations_seen_by, leads

VIEW = "consultation.view_opinion"
DECIDE = "consultation.decide_opinion"
ENTER = "consultation.enter_opinion"
RECORD_DECISION = "consultation.record_decision"
MAKE_REPORT = "consultation.make_report"
ADVISE = "consultation.advise_opinion"
COUNTERSIGN = "consultation.countersign_group"
UNMASK = "intake.unmask_receipt"


def may_use_desk(user) -> bool:
    return user.has_perm(VIEW) or user.has_perm(ENTER)


class OfConsultation(NeedsPermission):
    """Views of one consultation; one of another department does not exist for the officer.

    A department that was only asked for advice sees what was handed to it, and changes nothing:
    ``for_the_lead`` views do not exist for it.
    """

    for_the_lead = True

    @cached_property
    def consultation(self) -> ConsultationPage:
        seen = consultations_seen_by(self.request.user)
        return get_object_or_404(seen, pk=self.kwargs["consultation"])

    @cached_property
    def leads(self) -> bool:
        return leads(self.request.user, self.consultation)

    def may(self, permission: str) -> bool:
        """Whether the official has the right, and the department the say."""
        return self.leads and self.request.user.has_perm(permission)

    def dispatch(self, request, *args, **kwargs):
        may_enter = request.user.has_perm(self.permission_required)
        if self.for_the_lead and may_enter and not self.leads:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def url(self, name: str, *args) -> str:
        return reverse(f"opinions:{name}", args=[self.consultation.pk, *args])

    def way_back(self) -> str:
        """To the desk, or for those who may only enter opinions, to the list of desks."""
        if self.request.user.has_perm(VIEW):
            return self.url("desk")
        return reverse("opinions:index")

    def trail(self) -> list[dict]:
        """Breadcrumbs down to the desk of this consultation."""
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("opinions:index"), "label": _("Opinions")},
            {"url": self.way_back(), "label": self.consultation.draft_name},
        ]


class DeskView(OfConsultation, WagtailAdminTemplateMixin, TemplateView):
    """A page of the desk in the frame of the CMS."""

    header_icon = "openquote"
    page_title = gettext_lazy("Opinions")
    permission_required = VIEW

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except GroupGone:
            gone = _("Meanwhile this group was merged into another or dissolved.")
            messages.error(request, gone)
            return redirect(self.url("groups"))

    def get_breadcrumbs_items(self):
        return [*self.trail(), {"url": "", "label": self.get_page_title()}]

    def get_header_title(self):
        return f"{self.get_page_title()} · {self.consultation.draft_name}"

    def get_context_data(self, **kwargs):
        own = {"consultation": self.consultation, "way_back": self.way_back()}
        return super().get_context_data(**kwargs | own)


class FormDeskView(OneForm, DeskView):
    """A page of the desk with one form."""
