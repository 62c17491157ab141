from django.core.exceptions import PermissionDenied
from django.http import FileResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button

from ...models import SignUp
from .. import exports, queries
from ..filters import PartyFilterSet
from .base import DRAW, ENTER, MANAGE, DeskView, ListsParties, may_use_desk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ActivityPaginator(WagtailPaginator):
    verbose_name = gettext_lazy("open day activity")
    verbose_name_plural = gettext_lazy("open day activities")


class StatusColumn(BaseColumn):
    cell_template_name = "events/desk/cells/status.html"


class PlacesColumn(BaseColumn):
    cell_template_name = "events/desk/cells/places.html"


class ReportColumn(BaseColumn):
    cell_template_name = "events/desk/cells/report.html"


class PartyColumn(BaseColumn):
    cell_template_name = "events/desk/cells/party.html"


class StateColumn(BaseColumn):
    cell_template_name = "events/desk/cells/state.html"


class PeopleColumn(BaseColumn):
    cell_template_name = "events/desk/cells/people.html"


class LetterColumn(BaseColumn):
    cell_template_name = "events/desk/cells/letter.html"


class ActivityListView(BaseListingView):
    """政府开放日: every activity the official may see, and how it stands."""

    page_title = gettext_lazy("Open day")
    header_icon = "group"
    index_url_name = "open_day:index"
    index_results_url_name = "open_day:index_results"
    template_name = "events/desk/activities.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    paginator_class = ActivityPaginator
    paginate_by = 30
    no_results_message = gettext_lazy("There is no open day activity for your department yet.")

    def dispatch(self, request, *args, **kwargs):
        if not may_use_desk(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "activity.title",
                label=_("Activity"),
                get_url=lambda line: reverse("open_day:desk", args=[line.activity.pk]),
            ),
            Column("activity.department", label=_("Organiser")),
            StatusColumn("status", label=_("Status")),
            PlacesColumn("taken", label=_("Places taken")),
            Column("waiting", label=_("Waiting list")),
            Column("unanswered", label=_("Questions without an answer")),
            ReportColumn("report_duty", label=_("Highlights due on")),
        ]

    def get_queryset(self):
        return queries.activities_seen_by(self.request.user).defer_streamfields()

    def get_table(self, object_list):
        return super().get_table(queries.activity_lines(object_list, timezone.now()))


class ActivityView(DeskView):
    """The desk of one activity: its sessions, and what can be done."""

    template_name = "events/desk/activity.html"

    def get_page_title(self):
        return self.activity.title

    def get_header_title(self):
        return self.activity.title

    def get_breadcrumbs_items(self):
        return self.trail()

    def get_context_data(self, **kwargs):
        [line] = queries.activity_lines([self.activity], timezone.now())
        own = {
            "line": line,
            "may_manage": self.may(MANAGE),
            "may_draw": self.may(DRAW),
            "may_enter": self.may(ENTER),
            "may_read": self.may("events.view_signup"),
            "may_answer": self.may("events.view_question"),
        }
        return super().get_context_data(**own | kwargs)


class MatchingParties(ListsParties):
    """The parties of one session, as filtered and searched in the address."""

    @cached_property
    def filter_query(self) -> str:
        query = self.request.GET.copy()
        for name in ("p", "id", "_w_filter_fragment"):
            query.pop(name, None)
        return query.urlencode()

    @cached_property
    def filters(self):
        return PartyFilterSet(self.request.GET, request=self.request, session=self.session)

    @cached_property
    def search_form(self):
        return SearchForm(self.request.GET if "q" in self.request.GET else None)

    @cached_property
    def search_query(self) -> str:
        return self.search_form.cleaned_data["q"] if self.search_form.is_valid() else ""

    def matching(self):
        """A filter that makes no sense matches nothing."""
        parties = queries.parties_of(self.session)
        if not self.filters.is_valid() or self.search_form.errors:
            return parties.none()
        parties = self.filters.filter_queryset(parties)
        return queries.search(parties, self.search_query) if self.search_query else parties


class PartyListView(MatchingParties, BaseListingView):
    """Who wants to come to one session: names and contacts are masked."""

    model = SignUp
    header_icon = "group"
    template_name = "events/desk/parties.html"
    results_template_name = "events/desk/parties_results.html"
    paginate_by = 50
    is_searchable = True
    default_ordering = None
    verbose_name_plural = gettext_lazy("sign-ups")

    @cached_property
    def columns(self):
        return [
            PartyColumn("party", label=_("Party"), width="22%"),
            StateColumn("state", label=_("State"), width="18%"),
            PeopleColumn("party_size", label=_("People"), width="14%"),
            Column("get_audience_display", label=_("Category")),
            Column("get_channel_display", label=_("Way")),
            LetterColumn("last_letter", label=_("Last letter")),
        ]

    def get_page_title(self):
        return str(self.session)

    def get_header_title(self):
        return f"{self.session} · {self.activity.title}"

    def get_breadcrumbs_items(self):
        return self.trail()

    def get_index_url(self):
        return self.session_url("parties")

    def get_index_results_url(self):
        return self.session_url("parties_results")

    def get_queryset(self):
        return self.matching()

    def get_table(self, object_list):
        parties = list(object_list)
        letters = queries.last_letters(parties)
        for one in parties:
            one.last_letter = letters.get(one.pk)
            one.address = self.session_url("party", one.pk)
        return super().get_table(parties)

    @cached_property
    def header_more_buttons(self):
        query = f"?{self.filter_query}" if self.filter_query else ""
        return [
            Button(
                _("Download XLSX"), self.session_url("export_xlsx") + query, icon_name="download"
            ),
            Button(
                _("Download CSV"), self.session_url("export_csv") + query, icon_name="download"
            ),
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        head = {} if self.results_only else {"line": self._line(), **self._rights()}
        return context | {"activity": self.activity, "session": self.session, **head}

    def _line(self):
        lines = queries.session_lines([self.activity.pk])[self.activity.pk]
        return next(line for line in lines if line.session.pk == self.session.pk)

    def _rights(self) -> dict:
        return {
            "may_manage": self.may(MANAGE),
            "may_draw": self.may(DRAW),
            "may_enter": self.may(ENTER),
        }


class ExportView(MatchingParties, View):
    """The parties that match, as a file; names and contacts masked."""

    http_method_names = ["get", "head", "options"]

    def name(self, ending: str) -> str:
        return f"sign-ups-{self.session.pk}.{ending}"


class CsvView(ExportView):
    def get(self, request, *args, **kwargs):
        lines = exports.csv_lines(self.matching())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.name("csv")}"'
        return response


class XlsxView(ExportView):
    def get(self, request, *args, **kwargs):
        file = exports.xlsx_file(self.matching())
        return FileResponse(
            file, as_attachment=True, filename=self.name("xlsx"), content_type=XLSX
        )
