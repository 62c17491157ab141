from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewForm(forms.Form):
    """The four checks of the confidentiality review (plan 2023, IV.1)."""

    no_state_secret = forms.BooleanField(label=_("It holds no state secret."))
    no_work_secret = forms.BooleanField(label=_("It holds no work secret."))
    no_commercial_secret = forms.BooleanField(label=_("It holds no commercial secret."))
    no_private_data = forms.BooleanField(label=_("It does not infringe personal privacy."))
    basis = forms.CharField(label=_("Note"), required=False, max_length=255)


class RefusalForm(forms.Form):
    """A refusal tells the drafter why."""

    basis = forms.CharField(
        label=_("Reason, for the drafter"), max_length=255, widget=forms.Textarea({"rows": 3})
    )


class ReleaseForm(forms.Form):
    attribute_confirmed = forms.BooleanField(
        label=_("I confirm the disclosure attribute and release this content.")
    )
