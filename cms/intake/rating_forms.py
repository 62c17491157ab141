from collections.abc import Mapping
from datetime import datetime

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .enums import Grade, RatingReason
from .fields import CitizenTextField
from .keys import KeyExpired, KeyInvalid, SubmissionKey, new_submission_key, read_submission_key
from .models import ServiceRating

FORM = "rating"
LONGEST_COMMENT = 500


class RatingForm(forms.Form):
    """Five grades, one of which has to be chosen; everything else is optional (E2).

    ``at`` is the moment the request arrived; after ``is_valid()``, ``said()`` is what
    ``rate_answer`` needs of it.
    """

    grade = forms.ChoiceField(
        label=_("How satisfied are you with this answer?"),
        choices=Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five grades.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("What was it? (optional)"),
        choices=RatingReason.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    comment = CitizenTextField(
        label=_("In your own words (optional)"),
        limit=LONGEST_COMMENT,
        rows=4,
        required=False,
        help_text=_("Only the department reads this. Please leave out names and numbers."),
    )
    submission_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping | None = None, *, at: datetime, rating: ServiceRating | None):
        said = {"grade": rating.grade, "reasons": rating.reasons} if rating else {}
        super().__init__(data, initial={**said, "submission_key": new_submission_key(FORM, at)})
        self.at = at
        self.key: SubmissionKey | None = None

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.disable_csrf = True  # no cookie: see origin.py
        helper.form_tag = False
        helper.layout = Layout("grade", "reasons", "comment", "submission_key")
        return helper

    def clean(self):
        data = super().clean()
        try:
            self.key = read_submission_key(data.get("submission_key", ""), FORM, self.at)
        except (KeyInvalid, KeyExpired) as fault:
            self.data = self.data.copy()
            self.data["submission_key"] = new_submission_key(FORM, self.at)
            raise ValidationError(
                _("This form was open for too long. Your text is still here: send it once more.")
            ) from fault
        return data

    def said(self) -> dict:
        data = self.cleaned_data
        return {
            "grade": Grade(data["grade"]),
            "reasons": data["reasons"],
            "comment": data["comment"],
            "key": self.key,
        }
