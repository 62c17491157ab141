"""A whole consultation as a file for another office, and one of theirs taken over."""

import hashlib

from django.contrib import messages
from django.http import FileResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.pages.models import SiteFacts

from ...actions.exchange import export_consultation, import_consultation
from ...actions.take_overs import keep_exchange_file
from ...exchange.package import Contents, packed, unpacked
from ...exchange.reading import ExchangeUnreadable
from ...jobs import take_over_now
from ...models import TakeOver
from ..exchange_forms import ExchangeForm, WholeImportForm
from ..faults import exchange_refusal
from .base import ENTER, UNMASK, VIEW, FormDeskView, NeedsPermission

JSON_LINES = "application/x-ndjson"
LARGE_FROM = 1024 * 1024  # bytes; what a request can take over while somebody waits
FILES_SHOWN = 10


class ExportView(FormDeskView):
    """Everything of one consultation, streamed; a POST, for it stands on record."""

    permission_required = VIEW
    form_class = ExchangeForm
    page_title = gettext_lazy("Hand over as a file")
    template_name = "consultation/desk/exchange.html"
    submit_label = gettext_lazy("Download")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"may_unmask": self.may(UNMASK)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(way_out=self.way_back(), **kwargs)

    def form_valid(self, form):
        as_package = form.cleaned_data["kind"] == "zip"
        export = export_consultation(
            self.consultation,
            site=SiteFacts.for_request(self.request).name or self.request.get_host(),
            contacts=form.cleaned_data.get("contacts", False),
            reason=form.cleaned_data.get("reason", ""),
            by=self.request.user,
            as_package=as_package,
            at=timezone.now(),
        )
        name = f"consultation-{self.consultation.pk}"
        if as_package:
            package = packed(export.lines, export.files)
            return FileResponse(package, as_attachment=True, filename=f"{name}.zip")
        response = StreamingHttpResponse(export.lines, content_type=JSON_LINES)
        response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
        return response


class TakingOver(NeedsPermission, WagtailAdminTemplateMixin, TemplateView):
    permission_required = ENTER
    header_icon = "openquote"
    page_title = gettext_lazy("Take over a consultation")

    def get_breadcrumbs_items(self):
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("opinions:index"), "label": _("Opinions")},
            {"url": "", "label": self.get_page_title()},
        ]

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def own(self):
        """The files this official has sent."""
        return TakeOver.objects.filter(uploaded_by=self.request.user)


class TakeOverView(TakingOver):
    """A consultation of another office becomes drafts here: dossier, notice, opinions."""

    template_name = "consultation/desk/take_over.html"

    @cached_property
    def form(self) -> WholeImportForm:
        posted = self.request.method == "POST"
        return WholeImportForm(
            self.request.POST if posted else None,
            self.request.FILES if posted else None,
            user=self.request.user,
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            submit_label=_("Take over"),
            is_multipart=True,
            files=self.own()[:FILES_SHOWN],
            way_out=reverse("opinions:index"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if self.form.is_valid():
            try:
                return self._take_over(self.form.cleaned_data)
            except ExchangeUnreadable as refused:
                self.form.add_error("file", exchange_refusal(refused))
        return self.render_to_response(self.get_context_data(), status=422)

    def _take_over(self, data: dict):
        file = data["file"]
        if file.size > LARGE_FROM:
            return self._hand_to_a_worker(file, data)
        page = import_consultation(
            unpacked(file),
            contents=Contents(file).of,
            catalogue=data["catalogue"],
            department=data["department"],
            file_name=file.name,
            sha256=_sha256(file),
            by=self.request.user,
            at=timezone.now(),
        )
        count = page.opinions.count()
        text = ngettext(
            "Taken over with %(n)d opinion, as drafts: nothing is public before its review.",
            "Taken over with %(n)d opinions, as drafts: nothing is public before its review.",
            count,
        )
        messages.success(self.request, text % {"n": count})
        return redirect("opinions:desk", page.pk)

    def _hand_to_a_worker(self, file, data: dict):
        coming = keep_exchange_file(
            file,
            catalogue=data["catalogue"],
            department=data["department"],
            by=self.request.user,
            at=timezone.now(),
        )
        take_over_now.enqueue(coming.pk)
        return redirect("opinions:take_over_run", coming.pk)


class OfTakeOver(TakingOver):
    @cached_property
    def coming(self) -> TakeOver:
        return get_object_or_404(self.own(), pk=self.kwargs["pk"])


class TakeOverRunView(OfTakeOver):
    """A large file in the hands of a worker: how far it is, and what became of it."""

    template_name = "consultation/desk/take_over_run.html"

    def get_context_data(self, **kwargs):
        coming = self.coming
        refused = ExchangeUnreadable(coming.code, coming.line, coming.detail)
        return super().get_context_data(
            coming=coming, refusal=exchange_refusal(refused) if coming.code else "", **kwargs
        )


class TakeOverStatusView(OfTakeOver):
    def get(self, request, *args, **kwargs):
        coming = self.coming
        return JsonResponse(
            {
                "state": coming.state,
                "label": str(coming.get_state_display()),
                "stage": "",
                "done": coming.done_lines,
                "total": coming.lines,
                "over": coming.is_over,
            }
        )


def _sha256(file) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
