"""What an officer says when a consultation leaves the house, or comes from another one."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.accounts.models import Department
from cms.intake.fields import CitizenTextField

from ..enums import CityScope
from ..models import DecisionCataloguePage

LONGEST_CITY_NUMBER = 100
LARGEST_EXCHANGE = 500 * 1024 * 1024


class ExchangeForm(forms.Form):
    """What of a consultation leaves the house."""

    kind = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("zip", _("package (ZIP with schema and digests)")),
            ("jsonl", _("lines (JSON, one object a line)")),
        ],
        initial="zip",
    )
    contacts = forms.BooleanField(
        label=_("With names and contacts of the authors"),
        required=False,
        help_text=_(
            "Only where the case goes to another office. The file then holds personal data in "
            "clear: guard it, and delete it when it has arrived."
        ),
    )
    reason = CitizenTextField(
        label=_("Why are the contacts needed?"),
        limit=200,
        required=False,
        help_text=_("Goes on record with your name."),
    )

    def __init__(self, *args, may_unmask: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_unmask:
            del self.fields["contacts"], self.fields["reason"]

    def clean(self):
        data = super().clean()
        if data.get("contacts") and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why: it goes on record."))
        return data


class WholeImportForm(forms.Form):
    """A consultation of another office, to become drafts here."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An exchange file of another office (.zip or .jsonl), up to 500 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,.jsonl"}),
    )
    catalogue = forms.ModelChoiceField(DecisionCataloguePage.objects, label=_("Under"))
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Responsible department here")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        catalogues = DecisionCataloguePage.objects.filter(
            locale__language_code=settings.LANGUAGE_CODE
        )
        allowed = [c.pk for c in catalogues if c.permissions_for_user(user).can_add_subpage()]
        self.fields["catalogue"].queryset = catalogues.filter(pk__in=allowed).order_by("-year")
        if user.department_id:
            own = Department.objects.filter(pk=user.department_id)
            self.fields["department"].queryset = own
            self.fields["department"].initial = user.department_id

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_EXCHANGE:
            raise ValidationError(_("The file is larger than 500 MB."))
        return file


class CityPackageForm(forms.Form):
    """Which opinions go into a package for the city's suggestion system."""

    scope = forms.ChoiceField(
        label=_("Which opinions"), choices=CityScope.choices, widget=forms.RadioSelect
    )


class CityEntryForm(forms.Form):
    """录入登记: when the package was entered there, and under which number."""

    entered_on = forms.DateField(label=_("Entered on"), widget=AdminDateInput)
    city_number = CitizenTextField(
        label=_("number given by the city's system"),
        limit=100,
        required=False,
        help_text=_("As that system shows it; empty where it gives none."),
    )


class CityRowsForm(forms.Form):
    """Rows of a package: those that are marked, or have the number they were given there."""

    entered_on = forms.DateField(label=_("Entered on"), widget=AdminDateInput)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.numbers: dict[int, str] = {}

    def clean(self):
        marked = {key for key in self.data.getlist("row") if key.isascii() and key.isdigit()}
        told = {
            name.removeprefix("number-"): value.strip()
            for name, value in self.data.items()
            if name.startswith("number-") and value.strip()
        }
        if any(len(number) > LONGEST_CITY_NUMBER or "\x00" in number for number in told.values()):
            raise ValidationError(_("A number has at most 100 characters."))
        wanted = marked | {key for key in told if key.isascii() and key.isdigit()}
        keys = self.rows.filter(pk__in=[int(key) for key in wanted if len(key) < 19])
        self.numbers = {key: told.get(str(key), "") for key in keys.values_list("pk", flat=True)}
        if not self.numbers:
            raise ValidationError(_("Mark at least one row."))
        return super().clean()
