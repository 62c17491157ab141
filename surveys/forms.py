"""The form of a questionnaire: made from its questions; shape only."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.intake.fields import CitizenTextField
from cms.intake.forms import SubmissionForm

from .actions.answers import Submitted
from .enums import Kind
from .models import SurveyPage
from .questionnaire import Question, asked
from .rules import (
    LONGEST_LONG_TEXT,
    LONGEST_SHORT_TEXT,
    Answer,
    missing_rows,
    shown_questions,
)

MISSING = _("Please answer this question.")
MISSING_ROWS = _("Please choose an answer in every row.")


class SurveyForm(SubmissionForm):
    """Every question on one page. What does not apply is ignored, whatever was typed there."""

    class Media:
        js = [forms.Script("surveys/conditions.js", type="module")]

    def __init__(self, *args, survey: SurveyPage, **kwargs):
        self.survey = survey
        self.form_name = f"survey-{survey.original.pk}"
        super().__init__(*args, **kwargs)
        self.parts = survey.parts
        for question in asked(self.parts):
            self.fields |= fields_of(question)
        self.order_fields([name for name in self.fields if name not in SubmissionForm.base_fields])

    def own_layout(self) -> list:
        numbers = {question.key: n for n, question in enumerate(asked(self.parts), start=1)}
        return [QuestionBlock(part, numbers) for part in self.parts]

    def clean(self):
        data = super().clean()
        answers = {part.key: self._answer(part) for part in asked(self.parts)}
        shown = {question.key for question in shown_questions(self.parts, answers)}
        for question in asked(self.parts):
            if question.key in shown:
                self._check(question, answers[question.key])
            else:
                self._forget(question)
        return data

    def answers(self) -> dict[str, Answer]:
        """Key of the question → answer, as `rules.Answers` has it."""
        return {part.key: self._answer(part) for part in asked(self.parts)}

    def submitted(self, network_address: str) -> Submitted:
        return Submitted(
            key=self.key,
            proof=self.proof,
            language=get_language() or "zh-hans",
            network_address=network_address,
        )

    def typed(self) -> list[tuple[str, str]]:
        """Question and text, of every text that somebody took the trouble to write."""
        texts = [
            (part.text, self.data.get(name_of(part), "")) for part in self.parts if part.is_text
        ]
        return [(question, text) for question, text in texts if text.strip()]

    def _answer(self, question: Question) -> Answer:
        if question.kind == Kind.MATRIX:
            given = {
                row.key: self.cleaned_data.get(name_of(question, row.key), "")
                for row in question.rows
            }
            return {row: column for row, column in given.items() if column}
        return self.cleaned_data.get(name_of(question)) or ""

    def _check(self, question: Question, answer: Answer) -> None:
        if not question.is_required:
            return
        if question.kind == Kind.MATRIX:
            for row in missing_rows(question, answer):
                self._say(name_of(question, row), MISSING_ROWS)
        elif not answer:
            self._say(name_of(question), MISSING)

    def _say(self, name: str, text) -> None:
        if name not in self.errors:
            self.add_error(name, text)

    def _forget(self, question: Question) -> None:
        """Nobody has to mend an answer to a question that does not apply."""
        for name in names_of(question):
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)


class QuestionBlock:
    """One question in the layout of the form, with its number and what it depends on."""

    def __init__(self, part: Question, numbers: dict[str, int]):
        self.part = part
        self.numbers = numbers

    def render(self, form, context, **kwargs):
        part = self.part
        fields = [form[name] for name in names_of(part)]
        shown = {
            "part": part,
            "number": self.numbers.get(part.key),
            "field": fields[0] if fields else None,
            "rows": list(zip(part.rows, fields, strict=False)),
            "errors": list(dict.fromkeys(str(e) for field in fields for e in field.errors)),
            "depends_on": self._depends_on(form.parts),
        }
        return render_to_string(f"surveys/questions/{part.kind}.html", shown)

    def _depends_on(self, parts: list[Question]) -> dict | None:
        condition = self.part.condition
        if condition is None:
            return None
        earlier = next(part for part in parts if part.key == condition.question)
        return {
            "name": name_of(earlier),
            "number": self.numbers[earlier.key],
            "values": " ".join(condition.options),
            "labels": [earlier.label_of(key) for key in condition.options],
        }


def name_of(question: Question, row: str = "") -> str:
    return f"q-{question.key}-{row}" if row else f"q-{question.key}"


def names_of(question: Question) -> list[str]:
    """The names of its fields: of a matrix, one for each row."""
    if not question.is_asked:
        return []
    if question.kind == Kind.MATRIX:
        return [name_of(question, row.key) for row in question.rows]
    return [name_of(question)]


def fields_of(question: Question) -> dict[str, forms.Field]:
    """Whether an answer is needed depends on other answers, so no field is required by itself."""
    choices = [(option.key, option.label) for option in question.options]
    if question.kind == Kind.MATRIX:
        return {
            name_of(question, row.key): forms.ChoiceField(
                label=f"{question.text} — {row.label}",
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
            )
            for row in question.rows
        }
    return {name_of(question): _field(question, choices)}


def _field(question: Question, choices: list) -> forms.Field:
    label = question.text
    if question.kind in (Kind.SINGLE, Kind.SCALE):
        return forms.ChoiceField(
            label=label, choices=choices, required=False, widget=forms.RadioSelect
        )
    if question.kind == Kind.MULTIPLE:
        return SeveralField(label=label, choices=choices, most=question.most)
    if question.kind == Kind.SHORT_TEXT:
        return CitizenTextField(label=label, limit=LONGEST_SHORT_TEXT, required=False)
    return CitizenTextField(label=label, limit=LONGEST_LONG_TEXT, rows=5, required=False)


class SeveralField(forms.MultipleChoiceField):
    """Any number of options, or up to `most`."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None, **kwargs):
        super().__init__(required=False, **kwargs)
        self.most = most

    def validate(self, value):
        super().validate(value)
        if self.most and len(value) > self.most:
            raise forms.ValidationError(
                _("Please choose at most %(most)d."), "most", {"most": self.most}
            )
