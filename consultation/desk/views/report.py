from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import override
from django.views.generic import TemplateView, View

from ...enums import ReportFormat
from ...report import paper
from ...report.writers import WRITERS, draw
from .. import queries
from ..completeness import completeness
from ..preview import first_lines, preview_of
from .base import VIEW, OfConsultation


class PreviewView(OfConsultation, TemplateView):
    """预览: the report as the page would show it now, and what still stands before the public."""

    permission_required = VIEW
    template_name = "consultation/desk/report_preview.html"

    def get_context_data(self, **kwargs):
        source = preview_of(self.consultation)
        [line] = queries.desk_lines([self.consultation], timezone.now())
        return super().get_context_data(**kwargs) | {
            "report": source.document(first_lines(source)),
            "completeness": completeness(self.consultation, line),
            "files": self._files(),
            "way_back": self.way_back(),
        }

    def _files(self) -> list[dict]:
        return [
            {"name": name.value, "kind": name.label, "url": self.url("preview_file", name.value)}
            for name in WRITERS
            if name != ReportFormat.PDF or paper.can_print()
        ]


class PreviewFileView(OfConsultation, View):
    """One file of the report as it would be made now; marked as a preview where it has words."""

    permission_required = VIEW
    http_method_names = ["get", "head", "options"]

    @cached_property
    def name(self) -> str:
        return self.kwargs["name"]

    def get(self, request, *args, **kwargs):
        if self.name not in WRITERS:
            raise Http404
        with override(self.consultation.locale.language_code):
            try:
                file = draw(self.name, preview_of(self.consultation))
            except paper.PrinterMissing as missing:
                raise Http404 from missing
        return FileResponse(file, as_attachment=True, filename=f"preview-{self.name}")
