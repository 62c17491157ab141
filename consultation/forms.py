from crispy_forms.layout import Div, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from cms.intake.fields import AttachmentsField, CitizenTextField
from cms.intake.forms import CitizenForm

from .enums import Identity
from .rules import LONGEST_OPINION


class OpinionForm(CitizenForm):
    """我要提意见 (page outline 5.2): only the opinion itself is required (rulebook I1)."""

    form_name = "opinion"

    article_key = forms.ChoiceField(
        label=_("Which article is it about? (optional)"), required=False
    )
    text = CitizenTextField(
        label=_("Your comment or suggestion"),
        limit=LONGEST_OPINION,
        rows=8,
        error_messages={"required": _("Please write your comment or suggestion here.")},
    )
    reasons = CitizenTextField(
        label=_("Your reasons (optional)"), limit=LONGEST_OPINION, rows=4, required=False
    )
    identity = forms.ChoiceField(
        label=_("You write as (optional)"),
        choices=[("", _("Not stated")), *Identity.choices],
        required=False,
    )
    files = AttachmentsField(
        label=_("Attachments (optional)"),
        required=False,
        help_text=_("Up to three files of 10 MB: pdf, docx, xlsx, jpg, png, webp or txt."),
    )

    def __init__(self, *args, find_articles=tuple, **kwargs):
        super().__init__(*args, **kwargs)
        # Asked only when an article is chosen or the form is shown: the draft may be long.
        self.fields["article_key"].choices = lambda: [
            ("", _("The whole draft")),
            *((article.key, article.label) for article in find_articles()),
        ]

    def own_layout(self):
        return ["article_key", "text", "reasons", Div(Field("identity"), Field("files"))]

    def opinion_data(self) -> dict:
        wanted = ("article_key", "text", "reasons", "identity", "files")
        return {name: self.cleaned_data[name] for name in wanted}
