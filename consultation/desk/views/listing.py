from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button

from ...enums import Queue
from ...models import Opinion
from .. import exports, queries
from ..completeness import completeness
from ..filters import OpinionFilterSet
from ..pagination import (
    ConsultationPaginator,
    FoundPaginator,
    KeysetPage,
    Known,
    OpinionPaginator,
    capped_count,
)
from .base import DECIDE, ENTER, MAKE_REPORT, RECORD_DECISION, VIEW, OfConsultation, may_use_desk

FOUND_UP_TO = 1_000  # a text that is searched for has to be read to be counted
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StatusColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/status.html"


class ClosesColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/closes.html"


class ReportColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/report.html"


class CheckboxColumn(BaseColumn):
    header_template_name = "consultation/desk/cells/checkbox_header.html"
    cell_template_name = "consultation/desk/cells/checkbox.html"


class TextColumn(Column):
    cell_template_name = "consultation/desk/cells/text.html"


class VerdictColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/verdict.html"


class NumberColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/number.html"


class WorkColumn(BaseColumn):
    cell_template_name = "consultation/desk/cells/work.html"


class ReceivedColumn(BaseColumn):
    """The moment, and whether it came after the close."""

    cell_template_name = "consultation/desk/cells/received.html"

    def __init__(self, *args, closes_at, **kwargs):
        super().__init__(*args, **kwargs)
        self.closes_at = closes_at

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        context["is_late"] = bool(self.closes_at) and instance.received_at >= self.closes_at
        return context


class ConsultationListView(BaseListingView):
    """征求意见: every consultation the official may see, and how it stands."""

    page_title = gettext_lazy("Opinions")
    header_icon = "openquote"
    index_url_name = "opinions:index"
    index_results_url_name = "opinions:index_results"
    template_name = "consultation/desk/consultations.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    paginator_class = ConsultationPaginator
    paginate_by = 30
    no_results_message = gettext_lazy("There is no consultation for your department yet.")

    def dispatch(self, request, *args, **kwargs):
        if not may_use_desk(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self):
        name = "opinions:desk" if self.request.user.has_perm(VIEW) else "opinions:enter"
        return [
            TitleColumn(
                "consultation.draft_name",
                label=_("Consultation"),
                get_url=lambda line: reverse(name, args=[line.consultation.pk]),
            ),
            Column("consultation.department", label=_("Department")),
            StatusColumn("status", label=_("Status")),
            ClosesColumn("closes_at", label=_("Closes at")),
            Column("received", label=_("Opinions received")),
            Column("undecided", label=_("Undecided")),
            ReportColumn("report_duty", label=_("Report due on")),
        ]

    @cached_property
    def header_more_buttons(self):
        if not self.request.user.has_perm(ENTER):
            return []
        label, address = _("Take over a consultation"), reverse("opinions:take_over")
        return [Button(label, address, icon_name="upload")]

    def get_queryset(self):
        return queries.consultations_seen_by(self.request.user).defer_streamfields()

    def get_table(self, object_list):
        return super().get_table(queries.desk_lines(object_list, timezone.now()))


class ListsOpinions(OfConsultation):
    """The opinions of one consultation, as filtered and searched in the address."""

    permission_required = VIEW
    for_the_lead = False

    @cached_property
    def filter_query(self) -> str:
        """What is filtered and searched for, as it stands in the address."""
        query = self.request.GET.copy()
        for name in ("p", "id", "all", "_w_filter_fragment", "wording"):
            query.pop(name, None)
        return query.urlencode()

    @cached_property
    def filters(self):
        return OpinionFilterSet(
            self.request.GET, request=self.request, consultation=self.consultation
        )

    @cached_property
    def search_form(self):
        return SearchForm(self.request.GET if "q" in self.request.GET else None)

    def matching(self):
        """A filter that makes no sense matches nothing, so that nothing is decided by mistake."""
        opinions = queries.opinions_of(self.consultation, self.request.user)
        if not self.filters.is_valid() or self.search_form.errors:
            return opinions.none()
        opinions = self.filters.filter_queryset(opinions)
        return queries.search(opinions, self.search_query) if self.search_query else opinions

    @cached_property
    def search_query(self) -> str:
        return self.search_form.cleaned_data["q"] if self.search_form.is_valid() else ""


class OpinionListView(ListsOpinions, BaseListingView):
    """The desk of one consultation."""

    model = Opinion
    header_icon = "openquote"
    template_name = "consultation/desk/desk.html"
    results_template_name = "consultation/desk/desk_results.html"
    paginate_by = 50
    is_searchable = True
    default_ordering = "pk"
    verbose_name_plural = gettext_lazy("opinions")

    @cached_property
    def columns(self):
        marks = [CheckboxColumn("mark", label="", width="3%")] if self.may(DECIDE) else []
        return [
            *marks,
            NumberColumn("pk", label=_("No."), sort_key="pk", width="8%"),
            ReceivedColumn(
                "received_at",
                label=_("Received"),
                width="10%",
                closes_at=self.consultation.closes_at,
            ),
            Column("get_channel_display", label=_("Way"), width="7%"),
            Column("article_label", label=_("About"), width="11%"),
            TextColumn(
                "excerpt",
                label=_("Opinion"),
                accessor=lambda opinion: Truncator(opinion.excerpt).chars(queries.EXCERPT),
            ),
            VerdictColumn("verdict", label=_("Verdict"), width="9%"),
            Column("group", label=_("Group of opinions"), width="12%"),
            WorkColumn("work", label=_("Assigned to"), width="10%"),
        ]

    def get_table(self, object_list):
        for opinion in object_list:
            opinion.address = self.url("opinion", opinion.pk) + self.query_part
        return super().get_table(object_list)

    @cached_property
    def query_part(self) -> str:
        return f"?{self.filter_query}" if self.filter_query else ""

    def get_page_title(self):
        return self.consultation.draft_name

    def get_breadcrumbs_items(self):
        return self.trail()

    def get_index_url(self):
        return self.url("desk")

    def get_index_results_url(self):
        return self.url("desk_results")

    def get_queryset(self):
        return self.order_queryset(queries.listed(self.matching()))

    def paginate_queryset(self, queryset, page_size):
        place = self.request.GET.get("p", "")
        if self.search_query:
            known = Known.of(queryset, FOUND_UP_TO)
            page = KeysetPage(queryset, page_size, place, known)
            paginator = FoundPaginator(queryset, page_size, known=known)
        else:
            page = KeysetPage(queryset, page_size, place)
            paginator = OpinionPaginator(queryset, page_size)
        return paginator, page, page.object_list, True

    @cached_property
    def header_more_buttons(self):
        return [
            Button(
                _("Download XLSX"), self.url("export_xlsx") + self.query_part, icon_name="download"
            ),
            Button(
                _("Download CSV"), self.url("export_csv") + self.query_part, icon_name="download"
            ),
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {
            "consultation": self.consultation,
            "may_decide": self.may(DECIDE),
            "selection_url": self.url("selection"),
            "filter_query": self.filter_query,
            "queue": self.request.GET.get("queue", ""),
            **({} if self.results_only else self._head()),
        }

    def _head(self) -> dict:
        """What stands above the list: how the consultation stands, and what can be done."""
        [line] = queries.desk_lines([self.consultation], timezone.now())
        return {
            "line": line,
            "leads": self.leads,
            "queues": self._queues(),
            "completeness": self._completeness(line),
            "may_enter": self.may(ENTER),
            "may_record_decision": self.may(RECORD_DECISION),
            "may_make_report": self.may(MAKE_REPORT),
        }

    def _completeness(self, line: queries.DeskLine):
        """On the desk as it opens; who turns pages or looks for something has seen it."""
        opens = self.leads and not self.request.GET
        return completeness(self.consultation, line) if opens else None

    def _queues(self) -> list[dict]:
        """Each queue with its length, counted no further than a thousand."""
        user, today = self.request.user, timezone.localdate()
        opinions = queries.opinions_of(self.consultation, user)
        found = []
        for queue in Queue:
            rows = queries.in_queue(opinions, queue, user, today)
            count, more = (None, False) if queue == Queue.ALL else capped_count(rows, 999)
            address = self.url("desk") + ("" if queue == Queue.ALL else f"?queue={queue.value}")
            found.append(
                {
                    "label": queue.label,
                    "url": address,
                    "count": count,
                    "more": more,
                    "is_current": self.request.GET.get("queue", "all") == queue.value,
                }
            )
        return found


class ReadOnView(ListsOpinions, View):
    """To the first opinion of a queue that waits for its verdict."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        first = self.matching().undecided().values_list("pk", flat=True).first()
        query = f"?{self.filter_query}" if self.filter_query else ""
        if first is None:
            messages.info(request, _("Nothing in this queue waits for a verdict."))
            return redirect(self.url("desk") + query)
        return redirect(self.url("opinion", first) + query)


class ExportView(ListsOpinions, View):
    """The opinions that match, as a file; never a contact."""

    http_method_names = ["get", "head", "options"]

    def name(self, ending: str) -> str:
        return f"opinions-{self.consultation.pk}.{ending}"


class CsvView(ExportView):
    def get(self, request, *args, **kwargs):
        lines = exports.csv_lines(self.consultation, self.matching())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.name("csv")}"'
        return response


class XlsxView(ExportView):
    def get(self, request, *args, **kwargs):
        file = exports.xlsx_file(self.consultation, self.matching())
        return FileResponse(
            file, as_attachment=True, filename=self.name("xlsx"), content_type=XLSX
        )
