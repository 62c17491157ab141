from django.contrib import messages
from django.db.models import Max
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...actions.groups import GroupExists, create_group
from ...actions.opinions import decide_opinions, put_into_group
from ...enums import Verdict
from .. import queries
from ..forms import BulkGroupForm, BulkVerdictForm
from .base import DECIDE, DeskView
from .listing import ListsOpinions


class SelectionView(ListsOpinions, DeskView):
    """Many opinions at once: one verdict with its reason, into a group, or out of it.

    Chosen are the marked ones (``id``), or with ``all`` whatever matches the filters up to the
    last opinion that the officer was shown.
    """

    permission_required = DECIDE
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
    def verdict_form(self):
        return BulkVerdictForm(self._posted("verdict"), prefix="verdict")

    @cached_property
    def group_form(self):
        data = self._posted("group")
        return BulkGroupForm(data, prefix="group", consultation=self.consultation)

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
            verdict_form=self.verdict_form,
            group_form=self.group_form,
            media=self.verdict_form.media + self.group_form.media,
            count=count,
            decided=count - self.chosen.filter(verdict=Verdict.PENDING).count(),
            last=self.chosen.aggregate(last=Max("pk"))["last"] or 0,
            examples=queries.listed(self.chosen)[:5],
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        wishes = {"verdict": self._decide, "group": self._group, "ungroup": self._ungroup}
        wish = wishes.get(request.POST.get("wish", ""))
        if wish is None or self._changed_meanwhile() or not wish():
            return self.render_to_response(self.get_context_data(), status=422)
        return redirect(self.url("desk"))

    def _changed_meanwhile(self) -> bool:
        """Others may have decided or grouped some, so that fewer match than were shown."""
        if self.request.POST.get("count") == str(self.chosen.count()):
            return False
        messages.warning(
            self.request, _("Meanwhile the number of matching opinions has changed. Please check.")
        )
        return True

    def _keys(self, opinions) -> list[int]:
        return list(opinions.values_list("pk", flat=True))

    def _decide(self) -> bool:
        form = self.verdict_form
        if not form.is_valid():
            return False
        opinions = self.chosen
        if not form.cleaned_data["change_decided"]:
            opinions = opinions.filter(verdict=Verdict.PENDING)
        count = decide_opinions(
            self.consultation,
            self._keys(opinions),
            verdict=Verdict(form.cleaned_data["verdict"]),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=timezone.now(),
        )
        self._say(ngettext("%(n)d opinion decided.", "%(n)d opinions decided.", count), count)
        return True

    def _group(self) -> bool:
        form = self.group_form
        if not form.is_valid():
            return False
        keys, now, by = self._keys(self.chosen), timezone.now(), self.request.user
        group, title = form.cleaned_data["group"], form.cleaned_data["title"]
        try:
            if group is None:
                create_group(self.consultation, title=title, by=by, at=now, members=keys)
            else:
                put_into_group(group, self.consultation, keys, by=by, at=now)
        except GroupExists:
            form.add_error("title", _("There is a group of this name: choose it above."))
            return False
        self._say(
            ngettext(
                "%(n)d opinion put into “%(group)s”.",
                "%(n)d opinions put into “%(group)s”.",
                len(keys),
            ),
            len(keys),
            group=group or title,
        )
        return True

    def _ungroup(self) -> bool:
        count = put_into_group(
            None,
            self.consultation,
            self._keys(self.chosen.filter(group__isnull=False)),
            by=self.request.user,
            at=timezone.now(),
        )
        self._say(
            ngettext(
                "%(n)d opinion taken out of its group.",
                "%(n)d opinions taken out of their groups.",
                count,
            ),
            count,
        )
        return True

    def _say(self, text: str, count: int, **facts) -> None:
        messages.success(self.request, text % {"n": count, **facts})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
