from django.utils.translation import gettext_lazy as _

from cms.pages.admin_forms import BasePageForm


class SurveyPageForm(BasePageForm):
    """What the editor is told on save. Below the model: it never imports one."""

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The period must end after it opens."))
        if "questions" in cleaned:
            self._check_questions(cleaned)
        return cleaned

    def _check_questions(self, cleaned) -> None:
        for problem in self.instance.problems_of_questions(
            cleaned["questions"], cleaned.get("rewording_note") or ""
        ):
            self.add_error(problem.field, problem.text)
