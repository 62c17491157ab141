from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.groups import (
    GroupExists,
    create_group,
    dissolve_group,
    merge_groups,
    rename_group,
)
from ...actions.verdicts import (
    NotASecondPerson,
    NothingToCountersign,
    answer_group,
    countersign_group,
)
from ...actions.work import advise, assign_group
from ...enums import Channel, Verdict
from ...models import Opinion, OpinionGroup
from ...rules import GroupChanged
from .. import queries
from ..forms import GroupForm
from ..pagination import KeysetPage
from ..work_forms import AdviceForm
from .base import ADVISE, COUNTERSIGN, DECIDE, DeskView, FormDeskView

MEMBERS = 50


class GroupListView(DeskView):
    """较为集中意见: what many say, how many they are, and the answer; and what is suggested."""

    page_title = gettext_lazy("Groups of opinions")
    template_name = "consultation/desk/groups.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lines=queries.group_lines(self.consultation, queries.counted_in(self.consultation)),
            suggestions=queries.open_suggestions(self.consultation),
            run=queries.last_run(self.consultation),
            arrivals=queries.arrivals(self.consultation),
            may_decide=self.may(DECIDE),
            **kwargs,
        )


class GroupFormView(FormDeskView):
    permission_required = DECIDE
    form_class = GroupForm
    template_name = "consultation/desk/form.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"consultation": self.consultation}

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


class OfGroup:
    @cached_property
    def group(self) -> OpinionGroup:
        groups = OpinionGroup.objects.filter(consultation=self.consultation).select_related(
            "consultation", "assignee", "decided_by", "countersigned_by"
        )
        return get_object_or_404(groups, pk=self.kwargs["pk"])


class GroupView(OfGroup, GroupFormView):
    """One group: counted every way, its members with what they share, its answer."""

    permission_required = "consultation.view_opinion"
    template_name = "consultation/desk/group.html"

    def get_page_title(self):
        return self.group.title

    def get_form_kwargs(self):
        group = self.group
        initial = {
            "title": group.title,
            "verdict": "" if group.verdict == Verdict.PENDING else group.verdict,
            "reason": group.reason,
            "changed_articles": group.changed_articles,
            "to_members": "none",
            "seen_version": group.version,
        }
        return super().get_form_kwargs() | {"is_new": False, "initial": initial}

    def get_context_data(self, **kwargs):
        group, figures = self.group, queries.group_figures(self.group)
        members = Opinion.objects.filter(group=group).order_by("pk").select_related("campaign")
        others = OpinionGroup.objects.filter(consultation=self.consultation).exclude(pk=group.pk)
        own = {
            "group": group,
            "figures": figures,
            "line": self._line(figures),
            "channels": [(Channel(way).label, n) for way, n in figures.channels.items()],
            "verdicts": [(Verdict(v).label, n) for v, n in figures.verdicts.items()],
            "members": KeysetPage(members, MEMBERS, self.request.GET.get("p", "")),
            "members_url": f"{self.url('desk')}?group={group.pk}",
            "selection_url": self.url("selection"),
            "others": others,
            "wordings": queries.wordings_for(self.request.user),
            "advice": group.advice.select_related("by", "by__department"),
            "advice_form": AdviceForm(prefix="advice"),
            "may_decide": self.may(DECIDE),
            "may_advise": self.may(ADVISE),
            "may_countersign": self._may_countersign(),
        }
        return super().get_context_data(**own | kwargs)

    def _line(self, figures) -> queries.GroupLine:
        group = self.group
        group.count, group.people = figures.points, figures.people
        group.refused = figures.verdicts.get(Verdict.NOT_ADOPTED, 0)
        total = queries.counted_in(self.consultation)
        return queries.group_line(group, total, self.consultation.threshold)

    def _may_countersign(self) -> bool:
        group, user = self.group, self.request.user
        waits = group.verdict != Verdict.PENDING and group.countersigned_by_id is None
        return self.may(COUNTERSIGN) and waits and group.decided_by_id != user.pk

    def post(self, request, *args, **kwargs):
        if not self.may(DECIDE):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        data, by, now = form.cleaned_data, self.request.user, timezone.now()
        undecided = self.group.verdict == Verdict.PENDING
        if not data["verdict"] and not (undecided and data["to_members"] == "none"):
            form.add_error("verdict", _("Please give the verdict of the group."))
            return None
        try:
            self._save(form, by, now)
        except GroupExists:
            form.add_error("title", _("There is a group of this name already."))
            return None
        except GroupChanged:
            return self._changed()
        messages.success(self.request, _("Group “%(group)s” saved.") % {"group": data["title"]})
        return redirect(self.url("group", self.group.pk))

    def _save(self, form, by, now) -> None:
        data = form.cleaned_data
        if data["verdict"]:
            answer_group(
                self.group,
                **form.said(),
                to_members=data["to_members"],
                seen_version=data["seen_version"],
                by=by,
                at=now,
            )
        rename_group(self.group, title=data["title"], by=by, at=now)

    def _changed(self):
        """The officer's own words stay; what became of the group stands beside them."""
        del self.group, self.form
        data = self.request.POST.copy()
        data["seen_version"] = self.group.version
        self.form = self.form_class(**self.get_form_kwargs() | {"data": data})
        return self.again(status=409, changed=True)


class GroupActionView(OfGroup, DeskView):
    """A button of the group's page."""

    permission_required = DECIDE
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        at = timezone.now()
        return redirect(self.done(request, at) or self.url("group", self.group.pk))


class CountersignView(GroupActionView):
    """The second signature on what was not adopted."""

    permission_required = COUNTERSIGN

    def done(self, request, at):
        version = request.POST.get("seen_version", "")
        seen = int(version) if version.isascii() and version.isdigit() else 0
        try:
            countersign_group(self.group, by=request.user, at=at, seen_version=seen)
        except GroupChanged:
            messages.error(request, _("Meanwhile this group has changed. Please look again."))
        except NotASecondPerson:
            messages.error(request, _("Whoever gave the verdict does not countersign it."))
        except NothingToCountersign:
            messages.error(request, _("This group has no verdict yet."))
        else:
            messages.success(request, _("Countersigned."))


class MergeView(GroupActionView):
    """This group goes into another one."""

    def done(self, request, at):
        groups = OpinionGroup.objects.filter(consultation=self.consultation)
        key = request.POST.get("into", "")
        into = get_object_or_404(groups, pk=key if key.isascii() and key.isdigit() else 0)
        if into == self.group:
            return None
        merge_groups(into, [self.group], by=request.user, at=at)
        messages.success(request, _("Merged into “%(group)s”.") % {"group": into.title})
        return self.url("group", into.pk)


class DissolveView(GroupActionView):
    def done(self, request, at):
        change = dissolve_group(self.group, by=request.user, at=at)
        messages.success(
            request, _("The group is no more; %(n)d opinions stand alone.") % {"n": change.count}
        )
        return self.url("groups")


class TakeGroupView(GroupActionView):
    """An officer takes the group on, or gives it back."""

    def done(self, request, at):
        mine = self.group.assignee_id == request.user.pk
        assign_group(self.group, to=None if mine else request.user, by=request.user, at=at)


class GroupAdviceView(GroupView):
    permission_required = ADVISE
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        form = AdviceForm(request.POST, prefix="advice")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(advice_form=form), status=422)
        advise(self.group, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Your advice has been noted."))
        return redirect(self.url("group", self.group.pk))
