from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from . import actions
from .models import Letter


class ResendLetterView(WagtailAdminTemplateMixin, View):
    template_name = "letters/resend.html"
    page_title = gettext_lazy("Send again")
    header_icon = "mail"

    def dispatch(self, request, pk: int):
        if not request.user.has_perm("letters.resend_letter"):
            raise PermissionDenied
        self.letter = get_object_or_404(Letter.objects.defer("body"), pk=pk)
        return super().dispatch(request, pk)

    def get(self, request, pk: int):
        return self.render_to_response(self.get_context_data(letter=self.letter))

    def post(self, request, pk: int):
        try:
            actions.resend_letter(self.letter, by=request.user, at=timezone.now())
        except actions.LetterCannotBeSentAgain:
            messages.error(request, _("Only a letter that failed can be sent again."))
        else:
            messages.success(request, _("The letter is being sent again."))
        return redirect("letters:index")
