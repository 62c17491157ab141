from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.groups import GroupExists, answer_group, create_group, rename_group
from ...enums import Verdict
from ...models import OpinionGroup
from .. import queries
from ..forms import GroupForm
from .base import DECIDE, DeskView, FormDeskView


class GroupListView(DeskView):
    """较为集中意见: what many say, how many they are, and the answer."""

    page_title = gettext_lazy("Groups of opinions")
    template_name = "consultation/desk/groups.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lines=queries.group_lines(self.consultation),
            may_decide=self.request.user.has_perm(DECIDE),
            **kwargs,
        )


class GroupFormView(FormDeskView):
    permission_required = DECIDE
    form_class = GroupForm
    template_name = "consultation/desk/form.html"

    def get_breadcrumbs_items(self):
        return [
            *self.trail(),
            {"url": self.url("groups"), "label": _("Groups of opinions")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"way_out": self.url("groups")} | kwargs)


class NewGroupView(GroupFormView):
    page_title = gettext_lazy("New group")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"is_new": True}

    def form_valid(self, form):
        title, by, now = form.cleaned_data["title"], self.request.user, timezone.now()
        try:
            create_group(self.consultation, title=title, by=by, at=now)
        except GroupExists:
            form.add_error("title", _("There is a group of this name already."))
            return None
        messages.success(self.request, _("Group “%(group)s” created.") % {"group": title})
        return redirect(self.url("groups"))


class GroupView(GroupFormView):
    """One group: its name, its verdict with the reason, and what its members take from it."""

    template_name = "consultation/desk/group.html"

    @cached_property
    def group(self) -> OpinionGroup:
        groups = OpinionGroup.objects.filter(consultation=self.consultation)
        return get_object_or_404(groups, pk=self.kwargs["pk"])

    def get_page_title(self):
        return self.group.title

    def get_form_kwargs(self):
        verdict = self.group.verdict
        initial = {
            "title": self.group.title,
            "verdict": "" if verdict == Verdict.PENDING else verdict,
            "reason": self.group.reason,
            "changed_articles": self.group.changed_articles,
            "to_members": "none",
        }
        return super().get_form_kwargs() | {"is_new": False, "initial": initial}

    def get_context_data(self, **kwargs):
        group, lines = self.group, queries.group_lines(self.consultation)
        line = next(line for line in lines if line.group == group)
        members = f"{self.url('desk')}?group={self.group.pk}"
        return super().get_context_data(line=line, members_url=members, **kwargs)

    def form_valid(self, form):
        data, by, now = form.cleaned_data, self.request.user, timezone.now()
        undecided = self.group.verdict == Verdict.PENDING
        if not data["verdict"] and not (undecided and data["to_members"] == "none"):
            form.add_error("verdict", _("Please give the verdict of the group."))
            return None
        try:
            rename_group(self.group, title=data["title"], by=by, at=now)
        except GroupExists:
            form.add_error("title", _("There is a group of this name already."))
            return None
        if data["verdict"]:
            self._answer(data, by, now)
        messages.success(self.request, _("Group “%(group)s” saved.") % {"group": data["title"]})
        return redirect(self.url("groups"))

    def _answer(self, data: dict, by, now) -> None:
        answer_group(
            self.group,
            verdict=Verdict(data["verdict"]),
            reason=data["reason"],
            changed_articles=data["changed_articles"],
            to_members=data["to_members"],
            by=by,
            at=now,
        )
