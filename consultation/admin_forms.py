from django.utils.translation import gettext_lazy as _

from cms.pages.admin_forms import BasePageForm


class ConsultationPageForm(BasePageForm):
    """What the editor is told on save. Below the model: it never imports one."""

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The period must end after it opens."))
        return cleaned
