"""What is done with one opinion besides its verdict; each is a form of its own on its page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.workdays.queries import calendar
from cms.workdays.rules import nth_working_day

from ...actions.groups import GroupExists, create_group, put_into_group
from ...actions.work import (
    CannotBeJoined,
    CannotBeSplit,
    advise,
    assign,
    hand_over,
    join_points,
    set_work_due,
    split_opinion,
    tag_opinions,
    untag_opinion,
)
from ...rules import OpinionChanged
from ..work_forms import (
    AdviceForm,
    AssignForm,
    DueForm,
    HandOverForm,
    MoveForm,
    SplitForm,
    TagForm,
)
from .base import ADVISE, DECIDE
from .reading import OpinionView


class OpinionWorkView(OpinionView):
    """One form of the reading page. What was typed comes back with its faults, status 422."""

    permission_required = DECIDE
    for_the_lead = True
    http_method_names = ["post", "options"]
    form_class = None
    name = ""

    def form_kwargs(self) -> dict:
        return {}

    def post(self, request, *args, **kwargs):
        form = self.form_class(request.POST, prefix=self.name, **self.form_kwargs())
        if form.is_valid() and self.done(form):
            return redirect(self.address(self.opinion.pk))
        return self.render_to_response(
            self.get_context_data(**{f"{self.name}_form": form, "opened": self.name}), status=422
        )

    def done(self, form) -> bool:
        """Do it; False when the form has to be shown again."""
        raise NotImplementedError

    def _one(self, action, **values) -> bool:
        at, by = timezone.now(), self.request.user
        action(self.consultation, [self.opinion.pk], **values, by=by, at=at)
        return True


class AssignView(OpinionWorkView):
    form_class, name = AssignForm, "assign"

    def form_kwargs(self):
        return {"consultation": self.consultation}

    def done(self, form):
        return self._one(assign, to=form.cleaned_data["assignee"])


class HandOverView(AssignView):
    form_class, name = HandOverForm, "hand"

    def done(self, form):
        return self._one(hand_over, to=form.cleaned_data["department"])


class DueView(OpinionWorkView):
    form_class, name = DueForm, "due"

    def done(self, form):
        return self._one(set_work_due, due_on=due_day(form.cleaned_data["working_days"]))


def due_day(working_days: int | None):
    """The n-th working day after today; None for no day."""
    if not working_days:
        return None
    return nth_working_day(timezone.localdate(), working_days, calendar()).day


class TagView(OpinionWorkView):
    form_class, name = TagForm, "tag"

    def done(self, form):
        return self._one(tag_opinions, name=form.cleaned_data["tag"])


class UntagView(OpinionWorkView):
    def post(self, request, *args, **kwargs):
        tag = get_object_or_404(self.opinion.tags, pk=kwargs["tag"])
        untag_opinion(self.opinion, tag, by=request.user, at=timezone.now())
        return redirect(self.address(self.opinion.pk))


class MoveView(AssignView):
    form_class, name = MoveForm, "move"

    def done(self, form):
        group, title = form.cleaned_data["group"], form.cleaned_data["title"]
        at, by, keys = timezone.now(), self.request.user, [self.opinion.pk]
        if not title:
            put_into_group(group, self.consultation, keys, by=by, at=at)
            return True
        try:
            create_group(self.consultation, title=title, by=by, at=at, members=keys)
        except GroupExists:
            form.add_error("title", _("There is a group of this name: choose it above."))
            return False
        return True


class AdviceView(OpinionWorkView):
    permission_required = ADVISE
    for_the_lead = False
    form_class, name = AdviceForm, "advice"

    def done(self, form):
        advise(self.opinion, **form.cleaned_data, by=self.request.user, at=timezone.now())
        messages.success(self.request, _("Your advice has been noted."))
        return True


class SplitView(OpinionWorkView):
    form_class, name = SplitForm, "split"

    def done(self, form):
        points, version = form.cleaned_data["points"], form.cleaned_data["seen_version"]
        said = {"seen_version": version, "by": self.request.user, "at": timezone.now()}
        try:
            found = split_opinion(self.opinion, points, **said)
        except (CannotBeSplit, OpinionChanged):
            form.add_error(None, _("Meanwhile this opinion has changed. Please look at it again."))
            return False
        messages.success(
            self.request,
            _("Divided into %(n)d points; each gets its own verdict.") % {"n": len(found)},
        )
        return True


class JoinView(OpinionWorkView):
    def post(self, request, *args, **kwargs):
        version = request.POST.get("seen_version", "")
        if not (version.isascii() and version.isdigit()):
            raise PermissionDenied
        said = {"seen_version": int(version), "by": request.user, "at": timezone.now()}
        try:
            join_points(self.opinion, **said)
        except OpinionChanged:
            messages.error(request, _("Meanwhile this opinion has changed. Please look again."))
        except CannotBeJoined:
            messages.error(request, _("A point has a verdict already: the points stay."))
        return redirect(self.address(self.opinion.pk))
