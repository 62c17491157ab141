from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from .models import Duty
from .queries import explain, standings, visible_duties


class DutyFilterSet(WagtailFilterSet):
    class Meta:
        model = Duty
        fields = ["state", "department"]


class DayColumn(Column):
    """A day as a date: Wagtail's own column would call every day to come "just now"."""

    def get_value(self, instance):
        return date_format(super().get_value(instance))


class ClockColumn(Column):
    """How the duty stands: colour, days used and remaining."""

    cell_template_name = "duties/clock_cell.html"


class DutyIndexView(generic.IndexView):
    """All duties the official may see, the most urgent first."""

    model = Duty
    any_permission_required = None  # whoever may enter the CMS sees the duties of their own
    filterset_class = DutyFilterSet
    paginate_by = 50
    columns = [
        TitleColumn("title", label=_("Duty"), url_name="duties:detail"),
        Column("kind", label=_("Kind"), accessor="definition.title"),
        Column("department", label=_("Department")),
        DayColumn("started_on", label=_("Started on")),
        DayColumn("due_on", label=_("Due on")),
        ClockColumn("standing", label=_("State")),
    ]

    def get_base_queryset(self):
        return visible_duties(self.request.user).most_urgent_first()

    def get_table(self, object_list):
        found = standings(object_list, timezone.localdate())
        for standing in found:
            standing.duty.standing = standing
        return super().get_table([standing.duty for standing in found])


class DutyDetailView(generic.WagtailAdminTemplateMixin, TemplateView):
    """One duty, with the day-by-day explanation of its date."""

    template_name = "duties/duty_detail.html"
    header_icon = "calendar-check"

    @cached_property
    def duty(self) -> Duty:
        return get_object_or_404(visible_duties(self.request.user), pk=self.kwargs["pk"])

    def get_page_title(self):
        return str(self.duty)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("duties:index"), "label": _("Duties")},
            {"url": "", "label": str(self.duty)},
        ]

    def get_context_data(self, **kwargs):
        [standing] = standings([self.duty], timezone.localdate())
        return super().get_context_data(
            duty=self.duty, standing=standing, counted=explain(self.duty), **kwargs
        )
