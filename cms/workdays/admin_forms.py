from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from .rules import DayOutsideNotice, check_days_of_notice


class ArrangementForm(WagtailAdminModelForm):
    """One notice for one year: the year of a saved notice does not change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["year"].disabled = True

    def is_valid(self) -> bool:
        # The days are forms of their own, so they can be compared with the year only here.
        return super().is_valid() and self.days_belong_to_the_year()

    def days_belong_to_the_year(self) -> bool:
        forms = self.formsets["days"]
        kept = [form for form in forms.forms if form not in forms.deleted_forms]
        days = [form.cleaned_data["day"] for form in kept if form.cleaned_data.get("day")]
        try:
            check_days_of_notice(self.cleaned_data["year"], days)
        except DayOutsideNotice as refusal:
            self.add_error(
                None, _("%(day)s does not belong to this year's notice.") % {"day": refusal}
            )
        return not self.errors
