import secrets

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.opinions import enter_opinion
from ..forms import EntryForm
from .base import ENTER, FormDeskView


class EntryView(FormDeskView):
    """An opinion from another channel, with its true date and its own author (C12)."""

    permission_required = ENTER
    form_class = EntryForm
    page_title = gettext_lazy("Enter an opinion")
    template_name = "consultation/desk/form.html"
    submit_label = gettext_lazy("Enter")

    @cached_property
    def now(self):
        return timezone.now()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "consultation": self.consultation,
            "at": self.now,
            "initial": {
                "channel": self.request.GET.get("channel", "letter"),
                "entry_key": secrets.token_hex(16),
            },
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(way_out=self.way_back(), **kwargs)

    def form_valid(self, form):
        data = form.cleaned_data | {"entry_key": f"desk:{form.cleaned_data['entry_key']}"}
        opinion = enter_opinion(self.consultation, **data, by=self.request.user, at=self.now)
        number = {"number": opinion.pk}
        if opinion.is_late:
            messages.warning(
                self.request,
                _("Opinion %(number)d entered. It came after the close: marked as late.") % number,
            )
        else:
            messages.success(self.request, _("Opinion %(number)d entered.") % number)
        if "another" in self.request.POST:
            return redirect(f"{self.url('enter')}?channel={data['channel']}")
        return redirect(self.way_back())
