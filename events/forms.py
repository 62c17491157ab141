"""What a citizen types to sign up or to change a party; shape only, places are for the actions."""

from collections.abc import Sequence

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.intake.fields import CitizenTextField
from cms.intake.forms import CitizenForm
from cms.intake.models import PrivacyNotice

from . import rules
from .enums import Audience, PartyFault, Residence
from .models import ActivityPage, Companion, Session, SignUp
from .party import Guest, Party

LONGEST_NAME = 100
LONGEST_NEEDS = 500
LONGEST_QUESTION = 2000
MOST_GUESTS_NAMED = 9
OLDEST = 120
FIELD_OF = {
    PartyFault.SIZE: "party_size",
    PartyFault.TOO_MANY: "party_size",
    PartyFault.MORE_THAN_SAID: "party_size",
    PartyFault.AGE: "age",
    PartyFault.RESIDENCE: "lives_here",
    PartyFault.AUDIENCE: "audience",
    PartyFault.GUARDIAN: "guardian_consent",
}


class PhoneField(CitizenTextField):
    """A mobile number of the mainland, or one of another country with its code."""

    default_error_messages = {
        "phone": _(
            "Please give a mobile number of 11 digits, or a number of another country "
            "beginning with + and the code of the country, for example +852 5123 4567."
        ),
    }

    def __init__(self, **kwargs):
        super().__init__(limit=40, **kwargs)
        self.widget.input_type = "tel"
        self.widget.attrs.setdefault("autocomplete", "tel")

    def clean(self, value):
        text = super().clean(value)
        try:
            return rules.normalised_phone(text)
        except rules.PhoneInvalid as error:
            raise ValidationError(self.error_messages["phone"], "phone") from error


class MailField(forms.EmailField):
    def to_python(self, value):
        return super().to_python(value).lower()


def _age(label) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=OLDEST, required=False)


class PartyFields:
    """The fields about a party, in a form that knows its activity. Rows of guests stand there
    from the start, so that no script is needed; empty ones are nobody.
    """

    activity: ActivityPage
    guardian_notice: PrivacyNotice | None = None

    def add_party_fields(self):
        conditions = self.activity.conditions_of()
        largest = min(self.activity.party_max, rules.LARGEST_PARTY)
        self.fields["party_size"] = forms.IntegerField(
            label=_("How many people come, you included"),
            min_value=1,
            max_value=largest,
            initial=1,
            error_messages={
                "min_value": PartyFault.SIZE.label,
                "max_value": _("At most %(limit_value)d people in one sign-up."),
            },
        )
        self._add_ages(conditions.asks_ages)
        for number in self.guest_numbers:
            self._add_guest(number, conditions.asks_ages)
        self.fields["accepts_split"] = forms.BooleanField(
            label=_("If there are not enough places for all of us, some may come"), required=False
        )
        self._add_guardian()
        if self.activity.asks_needs:
            self._add_needs()

    @property
    def guest_numbers(self) -> range:
        return range(1, min(self.activity.party_max - 1, MOST_GUESTS_NAMED) + 1)

    def _add_ages(self, asks_ages: bool):
        if asks_ages:
            self.fields["age"] = _age(_("Your age on the day"))
        else:
            self.fields["is_child"] = forms.BooleanField(
                label=_("I am under 14 years old"), required=False
            )

    def _add_guest(self, number: int, asks_ages: bool):
        said = {"number": number}
        self.fields[f"guest_{number}_name"] = CitizenTextField(
            label=_("Companion %(number)d: name (optional)") % said,
            limit=LONGEST_NAME,
            required=False,
        )
        if asks_ages:
            self.fields[f"guest_{number}_age"] = _age(
                _("Companion %(number)d: age on the day") % said
            )
        else:
            self.fields[f"guest_{number}_child"] = forms.BooleanField(
                label=_("Companion %(number)d is under 14 years old") % said, required=False
            )

    def _add_guardian(self):
        self.fields["guardian_name"] = CitizenTextField(
            label=_("Name of the guardian"), limit=LONGEST_NAME, required=False
        )
        self.fields["guardian_phone"] = PhoneField(
            label=_("Telephone of the guardian"), required=False
        )
        self.fields["guardian_consent"] = forms.BooleanField(
            label=_("I am the guardian, or act for the guardian, and agree that the child comes"),
            required=False,
        )

    def _add_needs(self):
        self.fields["needs"] = CitizenTextField(
            label=_("What we should prepare, for example for a wheelchair (optional)"),
            limit=LONGEST_NEEDS,
            rows=2,
            required=False,
        )
        self.fields["needs_consent"] = forms.BooleanField(
            label=_(
                "I agree that this, which may say something of my health, is kept for the day"
            ),
            required=False,
        )

    def party_fieldsets(self) -> list:
        """Layout: the party, its companions, children, needs; each under its own legend."""
        own = [name for name in ("age", "is_child") if name in self.fields]
        guests = [
            Div(
                *(name for name in self.fields if name.startswith(f"guest_{number}_")),
                css_class="guest",
            )
            for number in self.guest_numbers
        ]
        sets = [Fieldset(_("Who comes"), "party_size", *own, *guests, "accepts_split")]
        sets.append(
            Fieldset(
                _("Children under 14: consent of the guardian"),
                "guardian_name",
                "guardian_phone",
                "guardian_consent",
            )
        )
        if self.activity.asks_needs:
            sets.append(Fieldset(_("Accessibility"), "needs", "needs_consent"))
        return sets

    def check_party(self, data: dict):
        """Puts every fault of the party at the field it is about."""
        if data.get("needs") and not data.get("needs_consent"):
            self.add_error(
                "needs_consent",
                _("To keep this we need your consent of its own; or leave the field empty."),
            )
        for fault in self.read_party(data).faults(self.activity):
            self._add_fault(fault, data)

    def _add_fault(self, fault: PartyFault, data: dict):
        field = FIELD_OF[fault]
        if field in self.errors:
            return
        if fault == PartyFault.GUARDIAN:
            missing = [
                name
                for name in ("guardian_name", "guardian_phone", "guardian_consent")
                if not data.get(name) and name not in self.errors
            ]
            for name in missing:
                self.add_error(name, fault.label)
            return
        self.add_error(field if field in self.fields else None, fault.label)

    def read_party(self, data: dict) -> Party:
        return Party(
            size=data.get("party_size") or 1,
            guests=tuple(self._guests(data)),
            age=data.get("age"),
            is_child=data.get("is_child", False),
            audience=data.get("audience", ""),
            lives_here=data.get("lives_here", False),
            affiliation=data.get("affiliation", ""),
            email=data.get("email", ""),
            accepts_split=data.get("accepts_split", False),
            guardian_name=data.get("guardian_name", ""),
            guardian_phone=data.get("guardian_phone", ""),
            guardian_notice=self.guardian_notice,
            guardian_consents=data.get("guardian_consent", False),
            needs=data.get("needs", ""),
            needs_consented=data.get("needs_consent", False),
            question=data.get("question", ""),
        )

    def _guests(self, data: dict):
        for number in self.guest_numbers:
            guest = Guest(
                name=data.get(f"guest_{number}_name", ""),
                age=data.get(f"guest_{number}_age"),
                is_child=data.get(f"guest_{number}_child", False),
            )
            if guest != Guest():
                yield guest

    def party(self) -> Party:
        """After `is_valid()`: what the actions need."""
        return self.read_party(self.cleaned_data)


class SignUpForm(PartyFields, CitizenForm):
    """我要报名 (page outline 5.4). The sessions offered are those of this activity only."""

    form_name = "sign-up"
    contact_required = True

    session = forms.ChoiceField(
        label=_("Session"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This session is not open for sign-up. Please choose another."),
            "required": _("Please choose a session."),
        },
    )
    contact_name = CitizenTextField(
        label=_("Name"),
        limit=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = PhoneField(
        label=_("Mobile number"),
        help_text=_("One sign-up for one number in each activity. It is never published."),
    )
    wants_letter = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        activity: ActivityPage,
        sessions: Sequence[Session],
        guardian_notice: PrivacyNotice | None = None,
        session_label=str,
        **kwargs,
    ):
        self.activity = activity.original
        self.guardian_notice = guardian_notice or kwargs["notice"]
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = [
            (str(session.key), session_label(session)) for session in sessions
        ]
        self._add_own_fields()
        self.add_party_fields()
        if self.activity.asks_questions:
            self.fields["question"] = CitizenTextField(
                label=_("What you would like to know on the day (optional)"),
                limit=LONGEST_QUESTION,
                rows=3,
                required=False,
            )

    def _add_own_fields(self):
        allowed = self.activity.audiences or Audience.values
        self.fields["email"] = MailField(
            label=_("E-mail (optional)"),
            required=False,
            max_length=254,
            help_text=_("Confirmation, changes and reminders are sent here."),
        )
        self.fields["audience"] = forms.ChoiceField(
            label=_("You come as"),
            choices=[("", _("Please choose")), *((key, Audience(key).label) for key in allowed)],
            error_messages={"invalid_choice": PartyFault.AUDIENCE.label},
        )
        self.fields["affiliation"] = CitizenTextField(
            label=_("Residential quarter or unit (optional)"), limit=LONGEST_NAME, required=False
        )
        if self.activity.residence != Residence.ANYONE:
            self.fields["lives_here"] = forms.BooleanField(
                label=self.activity.get_residence_display(),
                error_messages={"required": PartyFault.RESIDENCE.label},
            )

    def own_layout(self):
        here = ["lives_here"] if "lives_here" in self.fields else []
        question = ["question"] if "question" in self.fields else []
        return [
            "session",
            "contact_name",
            "contact",
            "email",
            "audience",
            "affiliation",
            *here,
            *self.party_fieldsets(),
            *question,
        ]

    def shared_layout(self):
        # Name and number stand above already, with who comes.
        return ["wants_letter", *super().shared_layout()[1:]]

    def clean(self):
        data = super().clean()
        self.check_party(data)
        return data

    def intake_data(self) -> dict:
        # Who signs up is told: a place nobody hears of is no place.
        return super().intake_data() | {"wants_letter": True}


class ChangePartyForm(PartyFields, forms.Form):
    """More or fewer people, other companions; behind the signed link of the sign-up."""

    def __init__(self, *args, sign_up: SignUp, guardian_notice=None, **kwargs):
        self.sign_up = sign_up
        self.activity = sign_up.activity
        self.guardian_notice = guardian_notice or sign_up.guardian_notice
        super().__init__(*args, **{"initial": initial_of(sign_up), **kwargs})
        self.add_party_fields()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.disable_csrf = True  # no cookie: the signed link is the key
        helper.layout = Layout(*self.party_fieldsets(), Submit("send", _("Save the change")))
        return helper

    def clean(self):
        data = super().clean()
        # Where one lives and as what one comes was said at sign-up, and stays.
        data |= {"audience": self.sign_up.audience, "lives_here": True}
        self.check_party(data)
        return data


def initial_of(sign_up: SignUp) -> dict:
    """What a party said, as its form shows it again; consents are given anew."""
    initial = {
        "party_size": sign_up.party_size,
        "age": sign_up.age,
        "accepts_split": sign_up.accepts_split,
        "guardian_name": sign_up.guardian_name,
        "guardian_phone": sign_up.guardian_phone,
        "needs": sign_up.needs,
    }
    guests: Sequence[Companion] = list(sign_up.companions.all())
    own_children = sign_up.under_14 - sum(guest.is_child for guest in guests)
    initial["is_child"] = sign_up.age is None and own_children > 0
    for number, guest in enumerate(guests, start=1):
        initial[f"guest_{number}_name"] = guest.name
        initial[f"guest_{number}_age"] = guest.age
        initial[f"guest_{number}_child"] = guest.is_child
    return initial
