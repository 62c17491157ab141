from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import (
    AdminAutoHeightTextInput,
    AdminDateInput,
    AdminDateTimeInput,
)

from cms.intake.fields import CitizenTextField

from ..articles import articles_of
from ..enums import FINAL_VERDICTS, NEEDS_REASON, Channel, Identity, Verdict
from ..models import ConsultationPage, OpinionGroup, Withholding
from ..rules import LONGEST_OPINION
from .document_numbers import DocumentNumberInvalid, normalised_number
from .faults import FAULTS
from .importing import EARLIEST_YEAR, LONGEST_CONTACT, CellFault, read_contact

LARGEST_FILE = 500 * 1024 * 1024
USUAL_MEETING = "镇长办公会"
LONGEST_REASON = 2000
LONGEST_TITLE = 200
OWN_CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.WEB]


class TextField(CitizenTextField):
    """A longer text, kept character by character, in a box that grows."""

    def __init__(self, **kwargs):
        super().__init__(widget=AdminAutoHeightTextInput, **kwargs)


class WithholdingForm(forms.ModelForm):
    """Why the public cannot read an edition any more; they read this instead."""

    class Meta:
        model = Withholding
        fields = ["reason"]
        widgets = {"reason": AdminAutoHeightTextInput}


class VerdictFields(forms.Form):
    """A verdict, and the reason that all but 采纳 need (rulebook A4)."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(verdict.value, verdict.label) for verdict in FINAL_VERDICTS],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Reason"),
        limit=LONGEST_REASON,
        required=False,
        help_text=_(
            "Becomes public in the adoption report, and the author reads it. Name no person. "
            "Needed for every verdict but “adopted”."
        ),
    )

    changed_articles = forms.MultipleChoiceField(
        label=_("Changed because of it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The articles that the decision words otherwise for this. Becomes public."),
    )

    def __init__(self, *args, consultation: ConsultationPage, **kwargs):
        super().__init__(*args, **kwargs)
        names = consultation.article_names()
        if names:
            self.fields["changed_articles"].choices = list(names.items())
        else:
            del self.fields["changed_articles"]

    def said(self) -> dict:
        """Verdict, reason and changed articles, as the actions take them."""
        data = self.cleaned_data
        return {
            "verdict": Verdict(data["verdict"]),
            "reason": data["reason"],
            "changed_articles": data.get("changed_articles", ()),
        }

    def clean(self):
        data = super().clean()
        needs_reason = data.get("verdict") in NEEDS_REASON
        if needs_reason and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Please give the reason for this verdict."))
        return data


class VerdictForm(VerdictFields):
    """The verdict on one opinion as it stood when it was read."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class BulkVerdictForm(VerdictFields):
    change_decided = forms.BooleanField(
        label=_("Also change opinions that already have a verdict"), required=False
    )


class BulkGroupForm(forms.Form):
    """Into a group that exists, or into a new one."""

    group = forms.ModelChoiceField(
        label=_("Group of opinions"),
        queryset=OpinionGroup.objects.none(),
        required=False,
        empty_label=_("A new group, named below"),
    )
    title = CitizenTextField(label=_("What they say"), limit=LONGEST_TITLE, required=False)

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = OpinionGroup.objects.filter(consultation=consultation)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if bool(data.get("group")) == bool(data.get("title")):
            self.add_error("title", _("Choose a group, or name a new one: one of the two."))
        return data


class GroupForm(VerdictFields):
    """较为集中意见: its name, and the answer that its members share."""

    TO_MEMBERS = [
        ("none", _("leave the members as they are")),
        ("undecided", _("give it to the members that have no verdict yet")),
        ("all", _("give it to all members, also in place of their own")),
    ]

    title = CitizenTextField(label=_("What they say"), limit=LONGEST_TITLE)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    to_members = forms.ChoiceField(
        label=_("This verdict and its reason:"),
        choices=TO_MEMBERS,
        initial="none",
        widget=forms.RadioSelect,
    )
    field_order = ["title", "verdict", "reason", "changed_articles", "to_members"]

    def __init__(self, *args, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verdict"].required = False
        self.fields["verdict"].choices = [
            ("", Verdict.PENDING.label),
            *self.fields["verdict"].choices,
        ]
        if is_new:
            for name in ("verdict", "reason", "changed_articles", "to_members", "seen_version"):
                self.fields.pop(name, None)


class ContactForm(forms.Form):
    reason = CitizenTextField(
        label=_("Why do you need the contact?"),
        limit=200,
        help_text=_("Goes on record with your name."),
    )


class DeskContactField(CitizenTextField):
    """A mobile number or e-mail address in one spelling, or another way as it was given."""

    def clean(self, value):
        try:
            return read_contact(super().clean(value))
        except CellFault as fault:
            raise ValidationError(FAULTS[fault.code] % {"about": fault.about}) from fault


class EntryForm(forms.Form):
    """An opinion that came by letter, telephone, at the counter or in a meeting (C12)."""

    channel = forms.ChoiceField(label=_("It came by"), choices=OWN_CHANNELS)
    received_at = forms.DateTimeField(
        label=_("Received at"),
        widget=AdminDateTimeInput,
        help_text=_("The true moment, not that of this entry. Late ones are marked as late."),
    )
    article_key = forms.ChoiceField(label=_("About"), required=False)
    text = TextField(label=_("Opinion"), limit=LONGEST_OPINION)
    reasons = TextField(label=_("Reasons"), limit=LONGEST_OPINION, required=False)
    identity = forms.ChoiceField(
        label=_("The author is"),
        choices=[("", _("Not stated")), *Identity.choices],
        required=False,
    )
    author = CitizenTextField(label=_("Name of the author"), limit=100, required=False)
    contact = DeskContactField(
        label=_("Contact of the author"),
        limit=LONGEST_CONTACT,
        required=False,
        help_text=_("Kept apart, encrypted, and deleted on its day. Never published."),
    )
    wants_letter = forms.BooleanField(label=_("Wants to hear the outcome"), required=False)
    entry_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, consultation, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["article_key"].choices = [
            ("", _("The whole draft")),
            *((article.key, article.label) for article in articles_of(consultation.draft)),
        ]

    def clean_received_at(self):
        moment = self.cleaned_data["received_at"]
        # The clock of who types may be a little ahead.
        if moment > self.at + timedelta(minutes=1):
            raise ValidationError(_("This moment lies in the future."))
        if moment.year < EARLIEST_YEAR:
            raise ValidationError(_("Please check the year."))
        return min(moment, self.at)

    def clean(self):
        data = super().clean()
        by_mail = "@" in data.get("contact", "")
        if data.get("wants_letter") and not by_mail and "contact" not in self.errors:
            self.add_error("contact", _("To send the outcome an e-mail address is needed."))
        return data


class SourceFields(forms.Form):
    channel = forms.ChoiceField(label=_("Way of the rows that name none"), choices=Channel.choices)
    source = CitizenTextField(
        label=_("Source and licence"),
        limit=255,
        required=False,
        help_text=_("Where the file comes from, for example 2026-11-03座谈会记录."),
    )
    received_on = forms.DateField(
        label=_("Received on, where the file does not say"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Only for a file without a column for it."),
    )


class UploadForm(SourceFields):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with a row of headings, or JSON (an exchange file, or an answer of "
            "/api/v1/). Up to 500 MB; a large one is checked and imported in the background."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.json,.jsonl"}),
    )
    field_order = ["file", "channel", "source", "received_on"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 500 MB."))
        return file


class MappingForm(SourceFields):
    """Which column of the file is what."""

    LABELS = {
        "text": _("Opinion"),
        "received_at": _("Received at"),
        "channel": _("Way"),
        "article": _("About"),
        "author": _("Name of the author"),
        "contact": _("Contact of the author"),
        "external_key": _("No."),
        "identity": _("Identity"),
        "reasons": _("Reasons"),
    }

    def __init__(self, *args, headings: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        columns = [
            ("", _("Not in the file")),
            *(
                (str(number), heading or _("Column %(number)d") % {"number": number + 1})
                for number, heading in enumerate(headings)
            ),
        ]
        for name, label in self.LABELS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label, choices=columns, required=False
            )

    @property
    def column_fields(self) -> list:
        return [self[f"column_{name}"] for name in self.LABELS]

    @property
    def source_fields(self) -> list:
        return [self["channel"], self["source"], self["received_on"]]

    def mapping(self) -> dict[str, int]:
        chosen = {name: self.cleaned_data[f"column_{name}"] for name in self.LABELS}
        return {name: int(column) for name, column in chosen.items() if column}


class DecisionForm(forms.Form):
    """登记决策: with it the ten working days of the report begin (plan 2023, III.1)."""

    document_number = forms.CharField(
        label=_("Document number"), max_length=50, help_text=_("For example 宝淞府〔2023〕8号")
    )
    meeting_name = forms.CharField(label=_("Decided in"), max_length=100, initial=USUAL_MEETING)
    issued_on = forms.DateField(
        label=_("Issued on"),
        widget=AdminDateInput,
        help_text=_("From this day the time limit of the report is counted."),
    )
    text_from_draft = forms.BooleanField(
        label=_("Begin the text of the decision as a copy of the draft"),
        required=False,
        help_text=_(
            "Then change it in the dossier to what was decided: everyone sees what changed, and "
            "because of which opinions. Left alone where a text is written already."
        ),
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_document_number(self):
        try:
            return normalised_number(self.cleaned_data["document_number"])
        except DocumentNumberInvalid as fault:
            raise ValidationError(
                _("A document number has organ, year and number, such as 宝淞府〔2023〕8号.")
            ) from fault

    def clean_issued_on(self):
        day = self.cleaned_data["issued_on"]
        if day > self.today:
            raise ValidationError(_("A decision is recorded once it has been issued."))
        if day.year < EARLIEST_YEAR:
            raise ValidationError(_("Please check the year."))
        return day
