from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...actions.city import (
    EntryDayImpossible,
    make_city_package,
    note_city_entry,
    note_city_rows,
    reopen_city_row,
)
from ...enums import CityScope
from ...models import CityEntry
from ..exchange_forms import CityEntryForm, CityPackageForm, CityRowsForm
from .base import DECIDE, DeskView, FormDeskView

ROWS_ON_A_PAGE = 50


class CityView(FormDeskView):
    """Packages for the city's suggestion system so far, and the next one (C7)."""

    permission_required = DECIDE
    form_class = CityPackageForm
    page_title = gettext_lazy("For the city's suggestion system")
    template_name = "consultation/desk/city.html"
    submit_label = gettext_lazy("Make a package")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"initial": {"scope": CityScope.ADOPTED}}

    def get_context_data(self, **kwargs):
        entries = CityEntry.objects.filter(consultation=self.consultation).annotate(
            row_count=Count("rows"),
            entered=Count("rows", filter=Q(rows__entered_on__isnull=False)),
        )
        return super().get_context_data(
            entries=entries.select_related("exported_by", "entered_by"),
            way_out=self.way_back(),
            **kwargs,
        )

    def form_valid(self, form):
        scope = CityScope(form.cleaned_data["scope"])
        now = timezone.now()
        entry, file = make_city_package(self.consultation, scope, by=self.request.user, at=now)
        return FileResponse(file, as_attachment=True, filename=f"city-{entry.pk}.zip")


class OfCityEntry:
    permission_required = DECIDE

    @cached_property
    def entry(self) -> CityEntry:
        entries = CityEntry.objects.filter(consultation=self.consultation)
        return get_object_or_404(entries, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self):
        label = _("For the city's suggestion system")
        return [
            *self.trail(),
            {"url": self.url("city"), "label": label},
            {"url": "", "label": self.get_page_title()},
        ]


class CityEntryView(OfCityEntry, FormDeskView):
    """Somebody has entered a package there: the day, and the number it was given."""

    form_class = CityEntryForm
    page_title = gettext_lazy("Entered in the city's system")
    template_name = "consultation/desk/form.html"

    def get_form_kwargs(self):
        entered_on = self.entry.entered_on or timezone.localdate()
        initial = {"entered_on": entered_on, "city_number": self.entry.city_number}
        return super().get_form_kwargs() | {"initial": initial}

    def get_context_data(self, **kwargs):
        return super().get_context_data(way_out=self.url("city"), **kwargs)

    def form_valid(self, form):
        try:
            note_city_entry(
                self.entry, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except EntryDayImpossible:
            form.add_error("entered_on", _("Not before the package was made, nor in the future."))
            return None
        messages.success(self.request, _("Noted as entered."))
        return redirect(self.url("city"))


class CityRowsView(OfCityEntry, FormDeskView):
    """The rows of a package, each to be ticked off by itself."""

    form_class = CityRowsForm
    page_title = gettext_lazy("Suggestions of the package")
    template_name = "consultation/desk/city_rows.html"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        rows = self.entry.rows.filter(entered_on=None)
        return kwargs | {"rows": rows, "initial": {"entered_on": timezone.localdate()}}

    def get_context_data(self, **kwargs):
        rows = self.entry.rows.select_related("opinion", "entered_by")
        only_waiting = self.request.GET.get("show") != "all"
        page = Paginator(rows.filter(entered_on=None) if only_waiting else rows, ROWS_ON_A_PAGE)
        shown = page.get_page(self.request.GET.get("p"))
        for row in shown:
            row.is_marked = str(row.pk) in self.request.POST.getlist("row")
            row.typed = self.request.POST.get(f"number-{row.pk}", "")
        return super().get_context_data(
            entry=self.entry,
            page_obj=shown,
            elided_page_range=page.get_elided_page_range(shown.number),
            query="" if only_waiting else "show=all",
            only_waiting=only_waiting,
            waiting=self.entry.rows.filter(entered_on=None).count(),
            way_out=self.url("city"),
            **kwargs,
        )

    def form_valid(self, form):
        day, now = form.cleaned_data["entered_on"], timezone.now()
        try:
            count = note_city_rows(
                self.entry, form.numbers, entered_on=day, by=self.request.user, at=now
            )
        except EntryDayImpossible:
            form.add_error("entered_on", _("Not before the package was made, nor in the future."))
            return None
        text = ngettext("%(n)d row noted as entered.", "%(n)d rows noted as entered.", count)
        messages.success(self.request, text % {"n": count})
        self.entry.refresh_from_db()
        done = self.entry.entered_on is not None
        return redirect(self.url("city") if done else self.url("city_rows", self.entry.pk))


class ReopenRowView(OfCityEntry, DeskView):
    """A tick that was a slip is taken away."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        row = get_object_or_404(self.entry.rows, pk=self.kwargs["row"])
        reopen_city_row(row, by=request.user, at=timezone.now())
        messages.success(request, _("The tick is taken away; the row waits again."))
        return redirect(self.url("city_rows", self.entry.pk))
