from django.contrib import messages
from django.db.models import Max, Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages as admin_messages

from ...actions.bulk import AlreadyUndone, undo_change
from ...actions.groups import GroupExists, create_group, put_into_group
from ...actions.verdicts import decide_opinions
from ...actions.work import assign, hand_over, set_work_due, tag_opinions
from ...enums import Verdict
from ...models import BulkChange
from .. import queries
from ..forms import BulkGroupForm, BulkVerdictForm
from ..work_forms import AssignForm, DueForm, HandOverForm, TagForm
from .base import DECIDE, DeskView
from .listing import ListsOpinions
from .work import due_day

SHOWN = 50


class SelectionView(ListsOpinions, DeskView):
    """Many opinions at once: a verdict, a group, a person, a day, a tag; each can be undone.

    Chosen are the marked ones (``id``), or with ``all`` whatever matches the filters up to the
    last opinion that the officer was shown.
    """

    permission_required = DECIDE
    for_the_lead = True
    page_title = gettext_lazy("Chosen opinions")
    template_name = "consultation/desk/selection.html"

    @cached_property
    def chosen(self):
        if "all" not in self.request.GET:
            keys = [key for key in self.request.GET.getlist("id") if _is_key(key)]
            return queries.opinions_of(self.consultation).filter(pk__in=keys)
        last = self.request.POST.get("last", "")
        opinions = self.matching()
        return opinions.filter(pk__lte=last) if _is_key(last) else opinions

    @cached_property
    def forms(self) -> dict:
        page = {"consultation": self.consultation}
        made = {
            "verdict": (BulkVerdictForm, page),
            "group": (BulkGroupForm, page),
            "assign": (AssignForm, page),
            "hand": (HandOverForm, page),
            "due": (DueForm, {}),
            "tag": (TagForm, {}),
        }
        return {
            wish: form(self._posted(wish), prefix=wish, **kwargs)
            for wish, (form, kwargs) in made.items()
        }

    def _posted(self, wish: str):
        return self.request.POST if self.request.POST.get("wish") == wish else None

    def get(self, request, *args, **kwargs):
        if not self.chosen.exists():
            messages.warning(request, _("Mark the opinions first."))
            return redirect(self.url("desk"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        count = self.chosen.count()
        return super().get_context_data(
            forms=self.forms,
            media=self.forms["verdict"].media + self.forms["group"].media,
            count=count,
            decided=count - self.chosen.filter(verdict=Verdict.PENDING).count(),
            last=self.chosen.aggregate(last=Max("pk"))["last"] or 0,
            examples=queries.listed(self.chosen)[:5],
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        wishes = {
            "verdict": self._decide,
            "group": self._group,
            "ungroup": self._ungroup,
            "assign": self._assign,
            "hand": self._hand_over,
            "due": self._due,
            "tag": self._tag,
        }
        wish = request.POST.get("wish", "")
        form = self.forms.get(wish)
        if wish not in wishes or self._changed_meanwhile() or (form and not form.is_valid()):
            return self._again()
        try:
            change = wishes[wish](form.cleaned_data if form else {})
        except GroupExists:
            form.add_error("title", _("There is a group of this name: choose it above."))
            return self._again()
        self._say(change)
        return redirect(self.url("desk"))

    def _again(self):
        return self.render_to_response(self.get_context_data(), status=422)

    def _changed_meanwhile(self) -> bool:
        """Others may have decided or grouped some, so that fewer match than were shown."""
        if self.request.POST.get("count") == str(self.chosen.count()):
            return False
        messages.warning(
            self.request, _("Meanwhile the number of matching opinions has changed. Please check.")
        )
        return True

    def _change(self, action, **values) -> BulkChange:
        keys = list(self.chosen.values_list("pk", flat=True))
        at = timezone.now()
        return action(self.consultation, keys, **values, by=self.request.user, at=at)

    def _decide(self, data: dict) -> BulkChange:
        only = None if data["change_decided"] else Q(verdict=Verdict.PENDING)
        return self._change(decide_opinions, **self.forms["verdict"].said(), only=only)

    def _group(self, data: dict) -> BulkChange:
        group, at, by = data["group"], timezone.now(), self.request.user
        if group is None:
            group = create_group(self.consultation, title=data["title"], by=by, at=at)
        keys = list(self.chosen.values_list("pk", flat=True))
        return put_into_group(group, self.consultation, keys, by=by, at=at)

    def _ungroup(self, _data: dict) -> BulkChange:
        keys = list(self.chosen.filter(group__isnull=False).values_list("pk", flat=True))
        at = timezone.now()
        return put_into_group(None, self.consultation, keys, by=self.request.user, at=at)

    def _assign(self, data: dict) -> BulkChange:
        return self._change(assign, to=data["assignee"])

    def _hand_over(self, data: dict) -> BulkChange:
        return self._change(hand_over, to=data["department"])

    def _due(self, data: dict) -> BulkChange:
        return self._change(set_work_due, due_on=due_day(data["working_days"]))

    def _tag(self, data: dict) -> BulkChange:
        return self._change(tag_opinions, name=data["tag"])

    def _say(self, change: BulkChange) -> None:
        text = ngettext("%(what)s: %(n)d opinion.", "%(what)s: %(n)d opinions.", change.count) % {
            "what": change.get_kind_display(),
            "n": change.count,
        }
        way = admin_messages.button(self.url("change", change.pk), _("Undo"))
        admin_messages.success(self.request, text, buttons=[way] if change.count else None)


class ChangesView(DeskView):
    """What was done to many opinions at once, the latest first; each can be undone."""

    permission_required = DECIDE
    page_title = gettext_lazy("Bulk actions")
    template_name = "consultation/desk/changes.html"

    def get_context_data(self, **kwargs):
        changes = BulkChange.objects.filter(consultation=self.consultation)
        found = changes.select_related("by", "undone_by")[:SHOWN]
        return super().get_context_data(changes=found, **kwargs)


class ChangeView(DeskView):
    """One bulk action, to be undone after a last look."""

    permission_required = DECIDE
    page_title = gettext_lazy("Undo a bulk action")
    template_name = "consultation/desk/change.html"

    @cached_property
    def change(self) -> BulkChange:
        changes = BulkChange.objects.filter(consultation=self.consultation)
        return get_object_or_404(changes.select_related("by", "undone_by"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        keys = self.change.rows.values_list("opinion", flat=True)[:5]
        examples = queries.listed(queries.opinions_of(self.consultation).filter(pk__in=keys))
        return super().get_context_data(change=self.change, examples=examples, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            undone, left = undo_change(self.change, by=request.user, at=timezone.now())
        except AlreadyUndone:
            messages.warning(request, _("This action has been undone already."))
            return redirect(self.url("changes"))
        text = ngettext("%(n)d opinion is as before.", "%(n)d opinions are as before.", undone)
        messages.success(request, text % {"n": undone})
        if left:
            text = ngettext(
                "%(n)d was left alone: somebody has worked on it since.",
                "%(n)d were left alone: somebody has worked on them since.",
                left,
            )
            messages.warning(request, text % {"n": left})
        return redirect(self.url("changes"))


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
