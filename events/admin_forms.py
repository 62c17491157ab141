from django import forms
from django.utils.translation import gettext_lazy as _

from cms.pages.admin_forms import BasePageForm

from .enums import Audience


class ActivityPageForm(BasePageForm):
    """What the editor is told on save. Below the model: it never imports one."""

    audiences = forms.MultipleChoiceField(
        label=_("who may sign up"),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: everybody."),
    )

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Sign-up must close after it opens."))
        youngest, oldest = cleaned.get("min_age"), cleaned.get("max_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("max_age", _("The oldest age is below the youngest."))
        return cleaned
