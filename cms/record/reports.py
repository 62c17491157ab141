import django_filters
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView

from .models import Event

MOST_ROWS = 50_000  # a sheet beyond this takes a web process down with it


class RecordFilterSet(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("time"), widget=DateRangePickerWidget
    )
    verb = django_filters.CharFilter(
        label=gettext_lazy("what happened"), lookup_expr="istartswith"
    )
    actor = django_filters.ModelChoiceFilter(
        label=gettext_lazy("official"),
        queryset=lambda request: get_user_model().objects.order_by("username"),
    )

    class Meta:
        model = Event
        fields = ["at", "verb", "actor", "actor_label", "result"]


class RecordReportView(ReportView):
    """The record, for the auditor: to read and to take out, never to change (rulebook S2)."""

    model = Event
    any_permission_required = ["view"]
    page_title = gettext_lazy("Record")
    header_icon = "history"
    index_url_name = "record_report"
    index_results_url_name = "record_report_results"
    filterset_class = RecordFilterSet
    columns = [
        DateColumn("at", label=gettext_lazy("time")),
        Column("who", label=gettext_lazy("who")),
        Column("verb", label=gettext_lazy("what happened")),
        Column("subject_type", label=gettext_lazy("kind of subject")),
        Column("subject_id", label=gettext_lazy("number of subject")),
        Column("result", label=gettext_lazy("result")),
        Column("details", label=gettext_lazy("details")),
    ]
    FORMATS = (ReportView.FORMAT_XLSX,)
    export_filename = "record"
    list_export = [
        "id",
        "at",
        "who",
        "verb",
        "subject_type",
        "subject_id",
        "result",
        "details",
    ]
    export_headings = {"who": gettext_lazy("who"), "details": gettext_lazy("details")}
    # Times as the town's clock showed them.
    custom_field_preprocess = {"at": {ReportView.FORMAT_XLSX: timezone.make_naive}}

    def get_base_queryset(self):
        return Event.objects.select_related("actor").order_by("-id")

    @cached_property
    def header_more_buttons(self):
        return [button for button in super().header_more_buttons if "=csv" not in button.url]

    def get(self, request, *args, **kwargs):
        if self.is_export and self.get_filtered_queryset().count() > MOST_ROWS:
            messages.error(
                request,
                _("More than %(count)d events. Choose a shorter time.") % {"count": MOST_ROWS},
            )
            return redirect(self.index_url_name)
        return super().get(request, *args, **kwargs)
