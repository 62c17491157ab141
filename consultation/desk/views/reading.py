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

from ...actions.verdicts import decide_opinion
from ...enums import DraftKind, Verdict
from ...models import Opinion
from ...rules import OpinionChanged
from ...versions import fate_of
from .. import queries
from ..forms import ContactForm, VerdictForm
from ..work_forms import (
    AdviceForm,
    AssignForm,
    DueForm,
    HandOverForm,
    MoveForm,
    SplitForm,
    TagForm,
)
from .base import ADVISE, DECIDE, UNMASK, VIEW, DeskView
from .listing import ListsOpinions


class OfOpinion(ListsOpinions):
    """Views of one opinion of one consultation, met in the queue that the address names."""

    @cached_property
    def opinion(self) -> Opinion:
        opinions = queries.opinions_of(self.consultation, self.request.user).select_related(
            "receipt",
            "group",
            "batch",
            "decided_by",
            "entered_by",
            "assignee",
            "handed_to",
            "campaign",
            "draft_version",
            "part_of__receipt",
        )
        opinion = get_object_or_404(opinions, pk=self.kwargs["pk"])
        opinion.consultation = self.consultation
        return opinion

    @cached_property
    def queue(self):
        """What is read one after the other: what the address filters, or all that wait."""
        return self.matching() if self.filter_query else self._all()

    def _all(self):
        return queries.opinions_of(self.consultation, self.request.user)

    @property
    def may_decide(self) -> bool:
        return self.may(DECIDE)

    @property
    def waits_for_work(self) -> bool:
        return self.opinion.withdrawn_at is None and not self.opinion.is_split

    def address(self, key: int) -> str:
        query = f"?{self.filter_query}" if self.filter_query else ""
        return self.url("opinion", key) + query


class OpinionView(OfOpinion, DeskView):
    """One opinion, whole: what it says, what others advise, and its verdict."""

    template_name = "consultation/desk/opinion.html"

    def get_page_title(self):
        opinion = self.opinion
        if opinion.part_of_id:
            named = {"whole": opinion.part_of_id, "number": opinion.part_number}
            return _("Opinion %(whole)s, point %(number)s") % named
        return _("Opinion %(number)s") % {"number": opinion.pk}

    def get_context_data(self, **kwargs):
        form = kwargs.pop("form", None) or self._form()
        opinion, user = self.opinion, self.request.user
        whole = opinion.whole
        receipt = whole.receipt if self.leads else None
        return super().get_context_data(
            **{
                "opinion": opinion,
                "whole": whole,
                "receipt": receipt,
                "form": form,
                "media": form.media,
                "additions": whole.additions.all(),
                "attachments": whole.receipt.attachments.all() if whole.receipt else [],
                "neighbours": queries.neighbours_of(opinion, self.queue),
                "may_decide": self.may_decide and self.waits_for_work,
                "may_advise": user.has_perm(ADVISE),
                "may_unmask": self.may(UNMASK),
                "leads": self.leads,
                "contact_form": ContactForm(prefix="contact"),
                "filter_query": self.filter_query,
                "advice": opinion.advice.select_related("by", "by__department"),
                "advice_form": AdviceForm(prefix="advice"),
                "tags": opinion.tags.all(),
                "parts": opinion.parts.order_by("part_number") if opinion.is_split else [],
                "fate": self._fate(),
                **(self._work_forms() if self.may_decide and self.waits_for_work else {}),
            }
            | kwargs
        )

    def _work_forms(self) -> dict:
        opinion, page = self.opinion, self.consultation
        return {
            "wordings": queries.wordings_for(self.request.user),
            "assign_form": AssignForm(
                consultation=page, initial={"assignee": opinion.assignee_id}, prefix="assign"
            ),
            "hand_over_form": HandOverForm(
                consultation=page, initial={"department": opinion.handed_to_id}, prefix="hand"
            ),
            "due_form": DueForm(prefix="due"),
            "tag_form": TagForm(prefix="tag"),
            "move_form": MoveForm(
                consultation=page, initial={"group": opinion.group_id}, prefix="move"
            ),
            "split_form": SplitForm(
                initial={"points": opinion.text, "seen_version": opinion.version}, prefix="split"
            ),
        }

    def _fate(self) -> dict | None:
        """What became of the article it was written for, from that version to the latest."""
        opinion = self.opinion
        versions = list(self.consultation.versions.all())
        if not (opinion.article_key and versions):
            return None
        written_for = opinion.draft_version or versions[0]
        latest = versions[-1]
        if latest.pk == written_for.pk:
            return None
        fate = fate_of(opinion.article_key, written_for.articles, latest.articles)
        return {
            "fate": fate and fate.value,
            "version": written_for,
            "latest": latest,
            "is_decision": latest.kind == DraftKind.DECISION,
        }

    def _form(self) -> VerdictForm:
        opinion = self.opinion
        initial = {
            "verdict": "" if opinion.verdict == Verdict.PENDING else opinion.verdict,
            "reason": opinion.verdict_reason,
            "changed_articles": opinion.changed_articles,
            "seen_version": opinion.version,
        }
        return VerdictForm(initial=initial | self._wording(), consultation=self.consultation)

    def _wording(self) -> dict:
        """A standard wording taken over, for browsers without a script."""
        key = self.request.GET.get("wording", "")
        if not (key.isascii() and key.isdigit()):
            return {}
        wording = queries.wordings_for(self.request.user).filter(pk=key).first()
        return {"reason": wording.text, "verdict": wording.verdict} if wording else {}

    def post(self, request, *args, **kwargs):
        if not self.may_decide:
            raise PermissionDenied
        form = VerdictForm(request.POST, consultation=self.consultation)
        if not form.is_valid():
            return self._again(form, status=422)
        following = queries.neighbours_of(self.opinion, self.queue).next
        try:
            decide_opinion(
                self.opinion,
                **form.said(),
                seen_version=form.cleaned_data["seen_version"],
                by=request.user,
                at=timezone.now(),
            )
        except OpinionChanged:
            return self._changed(request)
        messages.success(request, _("Opinion %(number)d decided.") % {"number": self.opinion.pk})
        onward = following if "next" in request.POST else None
        return redirect(self.address(onward or self.opinion.pk))

    def _changed(self, request):
        """The officer's own words stay; what became of the opinion stands beside them."""
        del self.opinion
        data = request.POST.copy()
        data["seen_version"] = self.opinion.version
        form = VerdictForm(data, consultation=self.consultation)
        return self._again(form, status=409, changed=True)

    def _again(self, form, *, status: int, **context):
        return self.render_to_response(self.get_context_data(form=form, **context), status=status)


class ContactView(OpinionView):
    """The contact in clear: with a reason, and on record (rulebook I11)."""

    permission_required = UNMASK
    for_the_lead = True
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        receipt = self.opinion.whole.receipt
        if receipt is None:
            raise Http404
        form = ContactForm(request.POST, prefix="contact")
        if not form.is_valid():
            return self._show(contact_form=form, status=422)
        contact = unmask(
            receipt, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
        )
        return self._show(contact=contact)

    def _show(self, status: int = 200, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)


class AttachmentView(OfOpinion, View):
    """A file somebody handed in: to be saved, never opened inside the site."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        receipt = self.opinion.whole.receipt
        if receipt is None:
            raise Http404
        return attachment_response(get_object_or_404(receipt.attachments, pk=kwargs["attachment"]))
