from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .rules import ContactInvalid, normalised_contact
from .uploads import ACCEPT, MAX_FILES, CheckedFile, check_files


class CitizenTextField(forms.CharField):
    """A citizen's own words: kept character by character, refused rather than cut short."""

    default_error_messages = {
        "null_characters_not_allowed": _("The text contains characters that cannot be stored."),
        "too_long": _(
            "This is %(length)d characters long; %(limit)d is the limit. Nothing was cut off."
        ),
    }

    def __init__(self, *, limit: int, rows: int | None = None, **kwargs):
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        # Not max_length: the browser would cut pasted text without a word.
        self.limit = limit

    def to_python(self, value):
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value):
        super().validate(value)
        # The second is what is left of bytes in another encoding: better refused than spoilt.
        if "\x00" in value or "\ufffd" in value:
            raise ValidationError(
                self.error_messages["null_characters_not_allowed"], "null_characters_not_allowed"
            )
        if len(value) > self.limit:
            raise ValidationError(
                self.error_messages["too_long"],
                "too_long",
                {"length": len(value), "limit": self.limit},
            )


class ContactField(CitizenTextField):
    """A mobile number or an e-mail address, in one spelling (rulebook F6)."""

    default_error_messages = {
        "contact": _(
            "Please give a mobile number of 11 digits or an e-mail address, or leave it empty."
        ),
    }

    def __init__(self, **kwargs):
        super().__init__(limit=254, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        try:
            return normalised_contact(text)
        except ContactInvalid as error:
            raise ValidationError(self.error_messages["contact"], "contact") from error


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Up to three files; the cleaned value is a list of `uploads.CheckedFile`."""

    widget = FilesInput(attrs={"accept": ACCEPT})
    default_error_messages = {"max": _("At most %(limit)d files, please.")}

    def clean(self, data, initial=None) -> list[CheckedFile]:
        uploads = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(uploads) > MAX_FILES:
            raise ValidationError(self.error_messages["max"], "max", {"limit": MAX_FILES})
        if self.required and not uploads:
            raise ValidationError(self.error_messages["required"], "required")
        return check_files(uploads)
