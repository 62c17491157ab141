from io import BytesIO
from itertools import islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
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
from ...actions.large_imports import (
    ask_for_large_import,
    check_large_again,
    keep_large_file,
)
from ...actions.stopped_imports import (
    NotStopped,
    WorkedOn,
    ask_to_take_back,
    resume_import,
    worked_on,
)
from ...enums import Channel, ImportState
from ...jobs import work_on_import_now
from ...models import ImportBatch
from ..faults import explained, refusal
from ..forms import MappingForm, UploadForm
from ..pagination import capped_count
from ..sheets import LARGE, Sheet, SheetUnreadable, open_sheet
from .base import ENTER, VIEW, DeskView, FormDeskView

FAULTS_ON_A_PAGE = 100
PREVIEW = 5
TOLD = 100
LARGE_FROM = 2 * 1024 * 1024  # bytes; what a request can check and import while somebody waits


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
        told = {**_said(form), "by": self.request.user, "at": timezone.now()}
        if file.size > LARGE_FROM:
            batch = keep_large_file(self.consultation, file=file, **told)
            work_on_import_now.enqueue(batch.pk)
            return redirect(self.url("import", batch.pk))
        try:
            batch = check_file(self.consultation, content=file.read(), file_name=file.name, **told)
        except SheetUnreadable as fault:
            form.add_error("file", refusal(fault.code, fault.line))
            return None
        return redirect(self.url("import", batch.pk))


def _said(form) -> dict:
    """What the officer says of the rows that say nothing themselves."""
    data = form.cleaned_data
    return {
        "channel": Channel(data["channel"]),
        "source": data["source"],
        "received_on": data["received_on"],
    }


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
    def sheet(self) -> Sheet:
        """Headings and the first rows; a file that cannot be read has none of them."""
        try:
            with (
                self.batch.file.open()
                if self.batch.is_large
                else BytesIO(self.batch.content) as file
            ):
                opened = open_sheet(getattr(file, "file", file), LARGE)
                return Sheet(opened.headings, list(islice(opened.rows, PREVIEW)), opened.encoding)
        except SheetUnreadable:
            return Sheet([], [], self.batch.encoding)

    @cached_property
    def form(self) -> MappingForm:
        chosen = {f"column_{name}": str(column) for name, column in self.batch.mapping.items()}
        return MappingForm(
            self.request.POST if self.request.method == "POST" else None,
            headings=self.sheet.headings,
            initial={
                "channel": self.batch.channel,
                "source": self.batch.source,
                "received_on": self.batch.received_on,
                **chosen,
            },
        )

    def get_context_data(self, **kwargs):
        stopped = self.batch.is_stopped(timezone.now())
        context = super().get_context_data(batch=self.batch, is_stopped=stopped, **kwargs)
        if self.batch.state == ImportState.IMPORTED or self.batch.is_with_a_worker:
            return context
        faults = Paginator(self.batch.faults, FAULTS_ON_A_PAGE)
        page = faults.get_page(self.request.GET.get("p"))
        return context | {
            "form": self.form,
            "media": self.form.media,
            "encoding": self.sheet.encoding,
            "headings": self.sheet.headings,
            "preview": self.sheet.rows,
            "page_obj": page,
            "elided_page_range": faults.get_elided_page_range(page.number),
            "faults": [explained(fault) for fault in page],
            "fault_count": len(self.batch.faults),
            "bad_rows": len({fault["line"] for fault in self.batch.faults}),
            "is_clean": self.batch.state == ImportState.CLEAN,
        }

    def post(self, request, *args, **kwargs):
        """Check again with the columns understood otherwise."""
        if self.batch.state == ImportState.IMPORTED or self.batch.done_rows:
            return redirect(self.url("import", self.batch.pk))
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        check = check_large_again if self.batch.is_large else check_again
        told = {**_said(self.form), "by": request.user, "at": timezone.now()}
        try:
            check(self.batch, mapping=self.form.mapping(), **told)
        except AlreadyImported:
            messages.warning(request, _("This file has been imported meanwhile."))
        else:
            if self.batch.is_large:
                work_on_import_now.enqueue(self.batch.pk)
        return redirect(self.url("import", self.batch.pk))


class ImportStatusView(OfBatch, DeskView):
    """How far the worker is, for the page that shows it."""

    def get(self, request, *args, **kwargs):
        batch = self.batch
        checking = batch.state == ImportState.CHECKING
        uncounted = checking or batch.state == ImportState.TAKING_BACK
        return JsonResponse(
            {
                "state": batch.state,
                "label": str(batch.get_state_display()),
                "stage": "",
                "done": batch.checked_rows if checking else batch.done_rows,
                "total": 0 if uncounted else batch.row_count,
                "over": not batch.is_with_a_worker,
            }
        )


class RunImportView(OfBatch, DeskView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        now = timezone.now()
        if self.batch.is_large:
            return self._hand_to_a_worker(request, now)
        try:
            count = import_batch(self.batch, by=request.user, at=now)
        except ImportHasFaults:
            return self._check_anew(request, now)
        text = ngettext("%(n)d opinion imported.", "%(n)d opinions imported.", count)
        messages.success(request, text % {"n": count} if count else _("Imported already."))
        return redirect(self.way_back())

    def _hand_to_a_worker(self, request, now):
        try:
            if ask_for_large_import(self.batch, by=request.user, at=now):
                work_on_import_now.enqueue(self.batch.pk)
        except ImportHasFaults:
            messages.error(request, _("Nothing was imported: the file has faults."))
        return redirect(self.url("import", self.batch.pk))

    def _check_anew(self, request, now):
        """Something was imported since, or nothing was clean: the faults are listed anew."""
        check_again(
            self.batch,
            mapping=self.batch.mapping,
            channel=Channel(self.batch.channel),
            source=self.batch.source,
            received_on=self.batch.received_on,
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


class ResumeImportView(OfBatch, DeskView):
    """Go on with an import that stands still part-way."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        try:
            resume_import(self.batch, by=request.user, at=timezone.now())
        except NotStopped:
            messages.warning(request, _("This import does not stand still any more."))
        else:
            work_on_import_now.enqueue(self.batch.pk)
        return redirect(self.url("import", self.batch.pk))


class TakeBackView(OfBatch, DeskView):
    """What taking back means for an import that stands still, and whether it may be done."""

    page_title = gettext_lazy("Discard this import")
    template_name = "consultation/desk/take_back.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotStopped:
            messages.warning(request, _("This import does not stand still any more."))
            return redirect(self.url("import", self.kwargs["pk"]))

    def get_breadcrumbs_items(self):
        return [
            *self.trail(),
            {"url": self.url("imports"), "label": _("Import opinions")},
            {"url": self.url("import", self.batch.pk), "label": self.batch.file_name},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        if not self.batch.is_stopped(timezone.now()):
            raise NotStopped
        touched = worked_on(self.batch)
        count, more = capped_count(touched)
        return super().get_context_data(
            batch=self.batch,
            touched=touched.select_related("group", "assignee")[:TOLD],
            touched_count=count,
            touched_are_more=more,
            may_view=self.may(VIEW),
            way_out=self.url("import", self.batch.pk),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        try:
            ask_to_take_back(self.batch, by=request.user, at=timezone.now())
        except WorkedOn:
            return self.render_to_response(self.get_context_data(), status=409)
        work_on_import_now.enqueue(self.batch.pk)
        messages.success(request, _("What this import brought is being taken back."))
        return redirect(self.url("imports"))
