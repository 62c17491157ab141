from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...actions.imports import (
    AlreadyImported,
    ImportHasFaults,
    check_again,
    check_file,
    discard_batch,
    import_batch,
)
from ...enums import Channel, ImportState
from ...models import ImportBatch
from ..faults import explained, refusal
from ..forms import MappingForm, UploadForm
from ..sheets import SheetUnreadable, read_sheet
from .base import ENTER, DeskView, FormDeskView

FAULTS_ON_A_PAGE = 100
PREVIEW = 5


class UploadView(FormDeskView):
    """The files so far, and the next one: checked at once, imported later."""

    permission_required = ENTER
    form_class = UploadForm
    page_title = gettext_lazy("Import opinions")
    template_name = "consultation/desk/imports.html"
    submit_label = gettext_lazy("Check the file")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "files": self.request.FILES or None,
            "initial": {"channel": Channel.SYMPOSIUM},
        }

    def get_context_data(self, **kwargs):
        batches = ImportBatch.objects.filter(consultation=self.consultation)
        return super().get_context_data(
            batches=batches.defer("content", "faults").select_related("uploaded_by"),
            way_out=self.way_back(),
            **kwargs,
        )

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            batch = check_file(
                self.consultation,
                content=file.read(),
                file_name=file.name,
                channel=Channel(form.cleaned_data["channel"]),
                source=form.cleaned_data["source"],
                by=self.request.user,
                at=timezone.now(),
            )
        except SheetUnreadable as fault:
            form.add_error("file", refusal(fault.code, fault.line))
            return None
        return redirect(self.url("import", batch.pk))


class OfBatch:
    permission_required = ENTER

    @cached_property
    def batch(self) -> ImportBatch:
        batches = ImportBatch.objects.filter(consultation=self.consultation)
        return get_object_or_404(batches, pk=self.kwargs["pk"])


class BatchView(OfBatch, DeskView):
    """The dry run: every fault of every row, and which column is what."""

    template_name = "consultation/desk/import.html"

    def get_page_title(self):
        return self.batch.file_name

    def get_breadcrumbs_items(self):
        return [
            *self.trail(),
            {"url": self.url("imports"), "label": _("Import opinions")},
            {"url": "", "label": self.get_page_title()},
        ]

    @cached_property
    def sheet(self):
        return read_sheet(bytes(self.batch.content))

    @cached_property
    def form(self) -> MappingForm:
        chosen = {f"column_{name}": str(column) for name, column in self.batch.mapping.items()}
        return MappingForm(
            self.request.POST if self.request.method == "POST" else None,
            headings=self.sheet.headings,
            initial={"channel": self.batch.channel, "source": self.batch.source, **chosen},
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(batch=self.batch, **kwargs)
        if self.batch.state == ImportState.IMPORTED:
            return context
        faults = Paginator(self.batch.faults, FAULTS_ON_A_PAGE)
        page = faults.get_page(self.request.GET.get("p"))
        return context | {
            "form": self.form,
            "media": self.form.media,
            "encoding": self.sheet.encoding,
            "headings": self.sheet.headings,
            "preview": self.sheet.rows[:PREVIEW],
            "page_obj": page,
            "elided_page_range": faults.get_elided_page_range(page.number),
            "faults": [explained(fault) for fault in page],
            "fault_count": len(self.batch.faults),
            "bad_rows": len({fault["line"] for fault in self.batch.faults}),
            "is_clean": self.batch.state == ImportState.CLEAN,
        }

    def post(self, request, *args, **kwargs):
        """Check again with the columns understood otherwise."""
        if self.batch.state == ImportState.IMPORTED:
            return redirect(self.url("import", self.batch.pk))
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        try:
            check_again(
                self.batch,
                mapping=self.form.mapping(),
                channel=Channel(self.form.cleaned_data["channel"]),
                source=self.form.cleaned_data["source"],
                by=request.user,
                at=timezone.now(),
            )
        except AlreadyImported:
            messages.warning(request, _("This file has been imported meanwhile."))
        return redirect(self.url("import", self.batch.pk))


class RunImportView(OfBatch, DeskView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        now = timezone.now()
        try:
            count = import_batch(self.batch, by=request.user, at=now)
        except ImportHasFaults:
            return self._check_anew(request, now)
        text = ngettext("%(n)d opinion imported.", "%(n)d opinions imported.", count)
        messages.success(request, text % {"n": count} if count else _("Imported already."))
        return redirect(self.way_back())

    def _check_anew(self, request, now):
        """Something was imported since, or nothing was clean: the faults are listed anew."""
        check_again(
            self.batch,
            mapping=self.batch.mapping,
            channel=Channel(self.batch.channel),
            source=self.batch.source,
            by=request.user,
            at=now,
        )
        messages.error(request, _("Nothing was imported: the file has faults."))
        return redirect(self.url("import", self.batch.pk))


class DiscardImportView(OfBatch, DeskView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        try:
            discard_batch(self.batch, by=request.user, at=timezone.now())
        except AlreadyImported as refused:
            raise Http404 from refused
        messages.success(request, _("The file is no longer kept."))
        return redirect(self.url("imports"))
