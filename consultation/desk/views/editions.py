from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.pages.desk import OneForm

from ...actions.withholding import withhold_edition
from ...models import AdoptionReportPage, ReportEdition
from ...rules import EditionAlreadyWithheld, EditionNotSuperseded
from ..forms import WithholdingForm


class EditionsView(WagtailAdminTemplateMixin, TemplateView):
    """版本: every edition of a report, for who may take the page down."""

    header_icon = "history"
    page_title = gettext_lazy("Editions")
    template_name = "consultation/desk/editions.html"

    @cached_property
    def report(self) -> AdoptionReportPage:
        return get_object_or_404(AdoptionReportPage, pk=self.kwargs["report"]).original

    def dispatch(self, request, *args, **kwargs):
        if not self.report.permissions_for_user(request.user).can_unpublish():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def list_url(self) -> str:
        return reverse("opinions:editions", args=[self.report.pk])

    def get_header_title(self):
        return f"{self.get_page_title()} · {self.report.title}"

    def get_breadcrumbs_items(self):
        page = reverse("wagtailadmin_explore", args=[self.report.pk])
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": page, "label": self.report.title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        own = {"report": self.report, "way_out": self.list_url()}
        return super().get_context_data(**kwargs) | own


class WithholdEditionView(OneForm, EditionsView):
    """不再公开: one edition that was superseded, with the reason the public is told."""

    form_class = WithholdingForm
    page_title = gettext_lazy("Withhold an edition")
    submit_label = gettext_lazy("Withhold from the public")
    template_name = "consultation/desk/withhold_edition.html"

    @cached_property
    def edition(self) -> ReportEdition:
        return get_object_or_404(self.report.editions, number=self.kwargs["number"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"edition": self.edition}

    def form_valid(self, form):
        try:
            withhold_edition(
                self.edition,
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                at=timezone.now(),
            )
        except EditionNotSuperseded:
            form.add_error(None, _("This edition is the valid one: correct it first."))
            return None
        except EditionAlreadyWithheld:
            messages.info(self.request, _("This edition has been withheld already."))
            return redirect(self.list_url())
        messages.success(self.request, _("The edition is withheld; nothing of it was deleted."))
        return redirect(self.list_url())
