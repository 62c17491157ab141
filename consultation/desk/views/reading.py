from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from cms.intake.actions import unmask
from cms.intake.uploads import attachment_response

from ...actions.opinions import decide_opinion
from ...enums import Verdict
from ...models import Opinion
from ...rules import OpinionChanged
from .. import queries
from ..forms import ContactForm, VerdictForm
from .base import DECIDE, UNMASK, VIEW, DeskView, OfConsultation


class OfOpinion(OfConsultation):
    """Views of one opinion of one consultation."""

    permission_required = VIEW

    @cached_property
    def opinion(self) -> Opinion:
        opinions = queries.opinions_of(self.consultation).select_related(
            "receipt", "group", "batch", "decided_by", "entered_by"
        )
        opinion = get_object_or_404(opinions, pk=self.kwargs["pk"])
        opinion.consultation = self.consultation
        return opinion


class OpinionView(OfOpinion, DeskView):
    """One opinion, whole, and its verdict."""

    template_name = "consultation/desk/opinion.html"

    def get_page_title(self):
        return _("Opinion %(number)s") % {"number": self.opinion.pk}

    def get_context_data(self, **kwargs):
        form = kwargs.pop("form", None) or self._form()
        receipt = self.opinion.receipt
        return super().get_context_data(
            **{
                "opinion": self.opinion,
                "form": form,
                "media": form.media,
                "additions": self.opinion.additions.all(),
                "attachments": receipt.attachments.all() if receipt else [],
                "neighbours": queries.neighbours_of(self.opinion),
                "may_decide": self.may_decide and self.opinion.withdrawn_at is None,
                "may_unmask": self.request.user.has_perm(UNMASK),
                "contact_form": ContactForm(prefix="contact"),
            }
            | kwargs
        )

    @cached_property
    def may_decide(self) -> bool:
        return self.request.user.has_perm(DECIDE)

    def _form(self) -> VerdictForm:
        verdict = self.opinion.verdict
        return VerdictForm(
            initial={
                "verdict": "" if verdict == Verdict.PENDING else verdict,
                "reason": self.opinion.verdict_reason,
                "seen_version": self.opinion.version,
            }
        )

    def post(self, request, *args, **kwargs):
        if not self.may_decide:
            raise PermissionDenied
        form = VerdictForm(request.POST)
        if not form.is_valid():
            return self._again(form, status=422)
        try:
            decide_opinion(
                self.opinion,
                verdict=Verdict(form.cleaned_data["verdict"]),
                reason=form.cleaned_data["reason"],
                seen_version=form.cleaned_data["seen_version"],
                by=request.user,
                at=timezone.now(),
            )
        except OpinionChanged:
            return self._changed(request)
        messages.success(request, _("Opinion %(number)d decided.") % {"number": self.opinion.pk})
        following = queries.neighbours_of(self.opinion).next if "next" in request.POST else None
        return redirect(self.url("opinion", following or self.opinion.pk))

    def _changed(self, request):
        """The officer's own words stay; what became of the opinion stands beside them."""
        del self.opinion
        data = request.POST.copy()
        data["seen_version"] = self.opinion.version
        return self._again(VerdictForm(data), status=409, changed=True)

    def _again(self, form, *, status: int, **context):
        return self.render_to_response(self.get_context_data(form=form, **context), status=status)


class ContactView(OpinionView):
    """The contact in clear: with a reason, and on record (rulebook I11)."""

    permission_required = UNMASK
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        if self.opinion.receipt is None:
            raise Http404
        form = ContactForm(request.POST, prefix="contact")
        if not form.is_valid():
            return self._show(contact_form=form, status=422)
        contact = unmask(
            self.opinion.receipt,
            by=request.user,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        return self._show(contact=contact)

    def _show(self, status: int = 200, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)


class AttachmentView(OfOpinion, View):
    """A file somebody handed in: to be saved, never opened inside the site."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        if self.opinion.receipt is None:
            raise Http404
        files = self.opinion.receipt.attachments
        return attachment_response(get_object_or_404(files, pk=kwargs["attachment"]))
