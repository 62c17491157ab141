"""Forms of the work before a verdict: who, by when, whose advice, in how many points."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department, User
from cms.intake.fields import CitizenTextField

from ..enums import FINAL_VERDICTS
from ..models import ConsultationPage, OpinionGroup
from ..rules import LONGEST_OPINION, MOST_POINTS
from .forms import LONGEST_TITLE, TextField
from .queries import colleagues

LONGEST_TAG = 50
POINT_MARK = "---"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: User) -> str:
        return user.get_full_name() or user.username


class AssignForm(forms.Form):
    assignee = PersonField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, *args, consultation: ConsultationPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = colleagues(consultation)


class HandOverForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Ask for advice"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("No department"),
        help_text=_("It sees the opinion without its author, and answers with advice."),
    )

    def __init__(self, *args, consultation: ConsultationPage, **kwargs):
        super().__init__(*args, **kwargs)
        others = Department.objects.exclude(pk=consultation.department_id)
        self.fields["department"].queryset = others


class DueForm(forms.Form):
    working_days = forms.IntegerField(
        label=_("To be worked on within (working days)"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("Counted from today; empty: no day is set."),
    )


class TagForm(forms.Form):
    tag = CitizenTextField(label=_("Tag"), limit=LONGEST_TAG)


class MoveForm(forms.Form):
    """Into a group that exists, or into a new one, or into none."""

    group = forms.ModelChoiceField(
        label=_("Group of opinions"),
        queryset=OpinionGroup.objects.none(),
        required=False,
        empty_label=_("In no group"),
    )
    title = CitizenTextField(label=_("or a new group"), limit=LONGEST_TITLE, required=False)

    def __init__(self, *args, consultation: ConsultationPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = OpinionGroup.objects.filter(consultation=consultation)


class AdviceForm(forms.Form):
    text = TextField(
        label=_("Advice"),
        limit=LONGEST_OPINION,
        help_text=_("For the officers only. The verdict stays with the department that leads."),
    )
    verdict = forms.ChoiceField(
        label=_("Advises"),
        choices=[("", _("Nothing in particular")), *((v.value, v.label) for v in FINAL_VERDICTS)],
        required=False,
    )


class SplitForm(forms.Form):
    """The opinion with lines of --- where one point ends and the next begins."""

    points = TextField(
        label=_("Points"),
        limit=LONGEST_OPINION * 2,
        help_text=_("Put a line of three hyphens (---) between two points."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_points(self) -> list[str]:
        lines, points = self.cleaned_data["points"].split("\n"), [[]]
        for line in lines:
            if line.strip() == POINT_MARK:
                points.append([])
            else:
                points[-1].append(line)
        found = [text for point in points if (text := "\n".join(point).strip())]
        if not 2 <= len(found) <= MOST_POINTS:
            raise ValidationError(
                _("Please mark two to %(most)d points, with a line of --- between them.")
                % {"most": MOST_POINTS}
            )
        return found


class SuggestionForm(forms.Form):
    """What becomes of a suggestion: its name, and who is left out."""

    title = CitizenTextField(label=_("What they say"), limit=LONGEST_TITLE, required=False)
    into = forms.ModelChoiceField(
        label=_("or more members for"),
        queryset=OpinionGroup.objects.none(),
        required=False,
        empty_label=_("A new group of this name"),
    )

    def __init__(self, *args, suggestion, **kwargs):
        super().__init__(*args, **kwargs)
        groups = OpinionGroup.objects.filter(consultation=suggestion.consultation_id)
        self.fields["into"].queryset = groups
        if suggestion.group_id:
            del self.fields["into"], self.fields["title"]

    def clean(self):
        data = super().clean()
        if "title" in self.fields and not (data.get("title") or data.get("into")):
            self.add_error("title", _("Please say what they say."))
        return data
