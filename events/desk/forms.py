from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from cms.intake.fields import CitizenTextField, ContactField

from .. import rules
from ..actions.door import Name
from ..enums import Audience, Channel, QuotaKind
from ..models import Question, Quota, Room, Session
from ..party import Guest, Party

MOST_PLACES = 100_000
ENTERED_BY = [(way.value, way.label) for way in (Channel.PHONE, Channel.HOTLINE, Channel.COUNTER)]


class TimesForm(forms.Form):
    """When, and in which room."""

    starts_at = forms.DateTimeField(label=_("starts at"), widget=AdminDateTimeInput)
    ends_at = forms.DateTimeField(label=_("ends at"), widget=AdminDateTimeInput)
    room = forms.ModelChoiceField(
        label=_("room"),
        queryset=Room.objects.all(),
        required=False,
        help_text=_("Sessions that are in one room at one time share its places."),
    )

    def clean(self):
        data = super().clean()
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It must end after it starts."))
        return data

    def clean_starts_at(self):
        moment = self.cleaned_data["starts_at"]
        if moment <= timezone.now():
            raise ValidationError(_("This moment has passed."))
        return moment


class SessionForm(TimesForm):
    capacity = forms.IntegerField(label=_("places"), min_value=0, max_value=MOST_PLACES)
    minimum = forms.IntegerField(
        label=_("fewest participants"),
        min_value=0,
        max_value=MOST_PLACES,
        initial=0,
        help_text=_("With fewer it may be cancelled."),
    )
    is_tentative = forms.BooleanField(label=_("tentative"), required=False)


class ReasonField(CitizenTextField):
    def __init__(self, **kwargs):
        super().__init__(
            label=_("reason, told to the participants"),
            limit=200,
            help_text=_("Stands in the letter to every party."),
            **kwargs,
        )


class MoveForm(TimesForm):
    reason = ReasonField()


class CancelForm(forms.Form):
    reason = ReasonField()


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(label=_("places"), min_value=0, max_value=MOST_PLACES)


class QuotaForm(forms.Form):
    """Places kept for a group until a moment."""

    kind = forms.ChoiceField(label=_("kept for"), choices=QuotaKind.choices)
    name = CitizenTextField(label=_("name of the group"), limit=100, required=False)
    capacity = forms.IntegerField(label=_("places"), min_value=1, max_value=MOST_PLACES)
    kept_until = forms.DateTimeField(
        label=_("kept until"),
        widget=AdminDateTimeInput,
        help_text=_("What is left of them then goes to everybody."),
    )

    def clean_kept_until(self):
        moment = self.cleaned_data["kept_until"]
        if moment <= timezone.now():
            raise ValidationError(_("This moment has passed."))
        return moment


class PartyForm(forms.Form):
    """A party that rang up, came by, or stands at the door."""

    name = CitizenTextField(label=_("Name"), limit=50)
    phone = ContactField(label=_("Mobile number"), required=False)
    size = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=rules.LARGEST_PARTY, initial=1
    )
    children = forms.IntegerField(
        label=_("children under 14"),
        min_value=0,
        max_value=rules.LARGEST_PARTY,
        required=False,
        initial=0,
        help_text=_("Their guardian has agreed."),
    )
    audience = forms.ChoiceField(
        label=_("category"), choices=[("", "—"), *Audience.choices], required=False
    )
    affiliation = CitizenTextField(
        label=_("residential quarter or unit"), limit=100, required=False
    )

    def clean(self):
        data = super().clean()
        if (data.get("children") or 0) > (data.get("size") or 0):
            self.add_error("children", _("That is more children than people."))
        return data

    def whom(self) -> Name:
        return Name(self.cleaned_data["name"], self.cleaned_data["phone"])

    def party(self) -> Party:
        data = self.cleaned_data
        # The applicant stands first among the people: the children come along.
        guests = [Guest(is_child=True)] * (data["children"] or 0)
        return Party(
            size=data["size"],
            guests=guests,
            audience=data["audience"],
            affiliation=data["affiliation"],
            accepts_split=data.get("accepts_split", False),
        )


class EntryForm(PartyForm):
    """An official signs somebody up."""

    channel = forms.ChoiceField(label=_("It came by"), choices=ENTERED_BY)
    quota = forms.ModelChoiceField(
        label=_("from places kept for"),
        queryset=Quota.objects.none(),
        required=False,
        empty_label=_("everybody"),
    )
    accepts_split = forms.BooleanField(label=_("may be parted"), required=False)
    field_order = ["channel", "name", "phone", "size", "children", "audience", "affiliation"]

    def __init__(self, *args, session: Session, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quota"].queryset = Quota.objects.filter(session=session, ended_at=None)


class InvitationForm(PartyForm):
    """A place is held for somebody until they answer."""

    answer_by = forms.DateTimeField(label=_("Answer until"), widget=AdminDateTimeInput)

    def clean_answer_by(self):
        moment = self.cleaned_data["answer_by"]
        if moment <= timezone.now() + timedelta(minutes=10):
            raise ValidationError(_("They need time to answer."))
        return moment


class WalkInForm(PartyForm):
    """Somebody stands at the door; the name may be left out."""

    nonce = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False


class SizeForm(forms.Form):
    size = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=rules.LARGEST_PARTY
    )


class ContactForm(forms.Form):
    reason = CitizenTextField(
        label=_("Why do you need the contact?"),
        limit=200,
        help_text=_("Goes on record with your name."),
    )


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = ["answer", "is_frequent"]
        widgets = {"answer": AdminAutoHeightTextInput}
