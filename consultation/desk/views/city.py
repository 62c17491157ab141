from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.city import EntryDayImpossible, make_city_package, note_city_entry
from ...enums import CityScope
from ...models import CityEntry
from ..exchange_forms import CityEntryForm, CityPackageForm
from .base import DECIDE, FormDeskView


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
        entries = CityEntry.objects.filter(consultation=self.consultation)
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


class CityEntryView(FormDeskView):
    """Somebody has entered a package there: the day, and the number it was given."""

    permission_required = DECIDE
    form_class = CityEntryForm
    page_title = gettext_lazy("Entered in the city's system")
    template_name = "consultation/desk/form.html"

    @cached_property
    def entry(self) -> CityEntry:
        entries = CityEntry.objects.filter(consultation=self.consultation)
        return get_object_or_404(entries, pk=self.kwargs["pk"])

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
