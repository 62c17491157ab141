from django import forms
from django.utils.translation import gettext_lazy as _

from .exports import questions_of_answers
from .models import SurveyPage
from .registry import receiver_named, receivers


class SendTextsForm(forms.Form):
    """Which texts go to which desk."""

    question = forms.ChoiceField(label=_("Question"))
    desk = forms.ChoiceField(label=_("Desk"))

    def __init__(self, *args, survey: SurveyPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [
            (question.key, question.text)
            for question in questions_of_answers(survey)
            if question.is_text
        ]
        self.fields["desk"].choices = [
            (str(receiver.label), [(f"{receiver.name}:{key}", name) for key, name in places])
            for receiver in receivers()
            if (places := receiver.places())
        ]

    def texts_and_desk(self) -> dict:
        """Arguments of `actions.texts.send_texts`."""
        name, _sep, place = self.cleaned_data["desk"].partition(":")
        return {
            "question_key": self.cleaned_data["question"],
            "receiver": receiver_named(name),
            "place": int(place),
        }
