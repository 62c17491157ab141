from datetime import datetime

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import keys, proof
from .enums import Proof
from .fields import CitizenTextField, ContactField
from .models import PrivacyNotice


class HoneypotInput(forms.TextInput):
    """A field nobody sees or reaches: hidden by a style, for robots skip what is type=hidden."""

    def __init__(self):
        super().__init__(attrs={"autocomplete": "off", "tabindex": "-1"})


class ProofInput(forms.TextInput):
    """The question in words; where the browser can calculate, the script puts that instead."""

    token = ""

    class Media:
        css = {"all": ["vendor/altcha-3.2.2/altcha.css"]}
        js = [forms.Script("intake/proof.js", type="module")]

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {
            "autocomplete": "off",
            "data-proof-challenge": f"{reverse('intake:challenge')}?key={self.token}",
            "data-proof-language": "en" if get_language() == "en" else "zh-cn",
        }


class NoticeBlock:
    """The privacy notice, above the button that sends (rulebook I3)."""

    def render(self, form, context, **kwargs):
        return render_to_string("intake/_consent.html", {"notice": form.notice})


class SubmissionForm(forms.Form):
    """What every form for the public shares: one-time key, trap for robots, proof of work.

    Subclasses name their form and add their fields. `at` is the moment the request arrived.
    """

    form_name: str

    submission_key = forms.CharField(widget=forms.HiddenInput, required=False)
    homepage = forms.CharField(label=_("Please leave this empty"), required=False)
    answer = forms.CharField(required=False, widget=ProofInput)

    class Media:
        css = {"all": ["intake/intake.css"]}
        js = [forms.Script("intake/intake.js", type="module")]

    def __init__(self, *args, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.proof = Proof.OFF
        self.key: keys.SubmissionKey | None = None
        self.fields["homepage"].widget = HoneypotInput()
        if self.is_bound:
            self.data = self.data.copy()
        else:
            self.initial["submission_key"] = keys.new_submission_key(self.form_name, at)
        self._put_out(self["submission_key"].value() or "")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.disable_csrf = True  # no cookie: see origin.py
        # A POST to the address of the form would make browsers forget the page they keep of it,
        # and with it the submission key that "back" has to find again.
        helper.form_action = "?send=1"
        helper.layout = Layout(*self.own_layout(), *self.shared_layout())
        return helper

    def own_layout(self) -> list:
        """The fields of the subclass, in their order."""
        return [name for name in self.fields if name not in SubmissionForm.base_fields]

    def shared_layout(self) -> list:
        """Honeypot, proof and key: always last, in this order."""
        return [*self.guard_layout(), "submission_key", Submit("send", _("Send"))]

    def guard_layout(self) -> list:
        asked = ["answer"] if "answer" in self.fields else []
        return [Div("homepage", css_class="field-extra", aria_hidden="true"), *asked]

    def clean_homepage(self):
        if self.cleaned_data["homepage"]:
            raise ValidationError(_("Please leave this field empty: it is a trap for robots."))
        return ""

    def clean(self):
        data = super().clean()
        self._read_key(data.get("submission_key", ""))
        if "answer" in self.fields and self.key:
            self._check_proof(data)
        return data

    def _read_key(self, token: str):
        try:
            self.key = keys.read_submission_key(token, self.form_name, self.at)
        except (keys.KeyInvalid, keys.KeyExpired):
            self._renew()
            self.add_error(
                None,
                _("This form was open for too long. Your text is still here: send it once more."),
            )

    def _check_proof(self, data):
        token = data["submission_key"]
        payload = self.data.get(self.add_prefix("proof"), "")
        try:
            self.proof = proof.check(token, payload=payload, answer=data.get("answer", ""))
        except proof.ProofMissing:
            self.add_error("answer", _("Please answer this question in words or digits."))
        except proof.ProofWrong:
            self.add_error("answer", _("That is not the right answer. Please try again."))

    def _put_out(self, token: str):
        """The question belongs to the key, so both change together."""
        if not proof.is_asked():
            self.fields.pop("answer", None)
            return
        self.fields["answer"].label = proof.question(token)
        self.fields["answer"].widget.token = token

    def _renew(self):
        token = keys.new_submission_key(self.form_name, self.at)
        self._set("submission_key", token)
        self._set("answer", "")
        self._put_out(token)

    def _set(self, name: str, value: str):
        self.data[self.add_prefix(name)] = value


class CitizenForm(SubmissionForm):
    """A form that a citizen may leave contact data in, and gets a receipt for.

    `notice` is the version in force and the one the reader sees. After `is_valid()`,
    `intake_data()` is what `actions.take_in` needs of it.
    """

    # Contact is optional (rulebook C15, I1); a form that must reach people says so.
    contact_required = False

    notice_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    contact_name = CitizenTextField(
        label=_("Name or organisation (optional)"), limit=100, required=False
    )
    contact = ContactField(
        label=_("Mobile number or e-mail (optional)"),
        required=False,
        help_text=_("Only to tell you the outcome. It is never published."),
    )
    wants_letter = forms.BooleanField(label=_("Tell me what became of it"), required=False)
    consent = forms.BooleanField(
        label=_("I have read this notice and agree."),
        error_messages={"required": _("Please read the notice and tick the box.")},
    )

    def __init__(self, *args, notice: PrivacyNotice, **kwargs):
        super().__init__(*args, **kwargs)
        self.notice = notice
        if self.contact_required:
            self.fields["contact_name"].required = self.fields["contact"].required = True
        if not self.is_bound:
            self.initial["notice_version"] = notice.version

    def own_layout(self) -> list:
        return [name for name in self.fields if name not in CitizenForm.base_fields]

    def shared_layout(self) -> list:
        """Contact, honeypot, proof, notice and consent: always last, in this order."""
        return [
            Div("contact_name", "contact", "wants_letter", css_class="contact-fields"),
            *self.guard_layout(),
            NoticeBlock(),
            "consent",
            "notice_version",
            "submission_key",
            Submit("send", _("Send")),
        ]

    def clean(self):
        data = super().clean()
        self._check_notice(data.get("notice_version"))
        if data.get("wants_letter") and not data.get("contact") and "contact" not in self.errors:
            self.add_error("contact", _("To tell you the outcome we need a way to reach you."))
        return data

    def intake_data(self) -> dict:
        """Arguments for `actions.take_in`, without kind, network and moment."""
        data = self.cleaned_data
        return {
            "key": self.key,
            "language": get_language() or "zh-hans",
            "consent_notice": self.notice,
            "contact_name": data["contact_name"],
            "contact": data["contact"],
            "wants_letter": data["wants_letter"],
            "proof": self.proof,
        }

    def _check_notice(self, version: int | None):
        """Consent is to the version that was on the screen, never to a later one."""
        if version == self.notice.version:
            return
        self._set("notice_version", str(self.notice.version))
        self._set("consent", "")
        self.add_error(
            None,
            _("The privacy notice has changed meanwhile. Please read it and agree again."),
        )


class LookupForm(forms.Form):
    """Number and query code of a receipt. Wrong spelling is forgiven by the look-up."""

    number = forms.CharField(
        label=_("Receipt number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=_("Query code"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
