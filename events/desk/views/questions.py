from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.door import answer_question
from ...models import Question
from ..forms import AnswerForm
from .base import ANSWER, DeskView, FormView


class QuestionListView(DeskView):
    """互动答疑: what was asked in advance, and the answers; public with the report."""

    permission_required = "events.view_question"
    template_name = "events/desk/questions.html"
    page_title = gettext_lazy("Questions")

    def get_context_data(self, **kwargs):
        questions = Question.objects.filter(activity=self.activity).select_related("answered_by")
        own = {"questions": questions, "may_answer": self.may(ANSWER)}
        return super().get_context_data(**own | kwargs)


class AnswerView(FormView):
    """An answer becomes public with the report of the activity, which is reviewed first."""

    permission_required = ANSWER
    form_class = AnswerForm
    template_name = "events/desk/answer.html"
    page_title = gettext_lazy("Answer a question")

    @cached_property
    def question(self) -> Question:
        return get_object_or_404(Question, activity=self.activity, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        # Only the action writes: the form is given a copy.
        copy = Question.objects.get(pk=self.question.pk)
        return super().get_form_kwargs() | {"instance": copy}

    def get_context_data(self, **kwargs):
        return super().get_context_data(question=self.question, **kwargs)

    def form_valid(self, form):
        by, at = self.request.user, timezone.now()
        answer_question(self.question, **form.cleaned_data, by=by, at=at)
        messages.success(self.request, _("The answer is noted. The report makes it public."))
        return redirect(self.url("questions"))

    def way_back(self):
        return self.url("questions")
