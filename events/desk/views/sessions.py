from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.letters.channels import channel_for

from ...actions import sessions as acts
from ...enums import QuotaKind
from ...letters import address_of
from ...models import Quota
from .. import queries
from ..forms import CancelForm, CapacityForm, MoveForm, QuotaForm, SessionForm
from .base import VIEW_PARTIES, ActView, FormView, SessionFormView


class PlanView(FormView):
    """A new session; not public before it is announced."""

    form_class = SessionForm
    page_title = gettext_lazy("New session")
    said = gettext_lazy("The session is planned. Announce it when the page is public.")

    def act(self, form):
        by, at = self.request.user, timezone.now()
        acts.plan_session(self.activity, **form.cleaned_data, by=by, at=at)


class AnnounceView(ActView):
    said = gettext_lazy("The session is announced.")

    def act(self):
        acts.announce_session(self.session, by=self.request.user, at=timezone.now())


class CapacityView(SessionFormView):
    """More places go to who waits at once; fewer than are taken is refused."""

    form_class = CapacityForm
    page_title = gettext_lazy("Change the places")
    said = gettext_lazy("The places have been changed.")

    def get_form_kwargs(self):
        initial = {"capacity": self.session.places.capacity}
        return super().get_form_kwargs() | {"initial": initial}

    def get_context_data(self, **kwargs):
        places = self.session.places
        note = _("%(taken)d of %(capacity)d places for everybody are taken.") % {
            "taken": places.taken,
            "capacity": places.capacity,
        }
        return super().get_context_data(note=note, **kwargs)

    def act(self, form):
        capacity = form.cleaned_data["capacity"]
        is_more = capacity >= self.session.places.capacity
        change = acts.raise_capacity if is_more else acts.lower_capacity
        change(self.session, capacity, by=self.request.user, at=timezone.now())


class KeepView(SessionFormView):
    """Places kept for a group come off the places for everybody."""

    form_class = QuotaForm
    page_title = gettext_lazy("Keep places for a group")
    said = gettext_lazy("The places are kept.")

    def act(self, form):
        data = form.cleaned_data
        acts.keep_places(
            self.session,
            QuotaKind(data["kind"]),
            data["capacity"],
            kept_until=data["kept_until"],
            name=data["name"],
            by=self.request.user,
            at=timezone.now(),
        )


class EndQuotaView(ActView):
    """Release what is left of kept places now."""

    def act(self):
        quota = get_object_or_404(Quota, session=self.session, pk=self.kwargs["pk"])
        freed = acts.end_quota(quota, by=self.request.user, at=timezone.now())
        return ngettext(
            "%(n)d place is now for everybody.", "%(n)d places are now for everybody.", freed
        ) % {"n": freed}


class ConcernsParties:
    """The form stands below the list of those it concerns."""

    def get_context_data(self, **kwargs):
        concern = queries.concerned_by(self.session, lambda one: channel_for(address_of(one)))
        own = {"concern": concern, "may_read": self.may(VIEW_PARTIES)}
        return super().get_context_data(**own | kwargs)

    def warn_of_unreached(self) -> None:
        if count := len(queries.unreached(self.session)):
            messages.warning(
                self.request,
                ngettext(
                    "%(n)d party has no letter: see the phone list.",
                    "%(n)d parties have no letter: see the phone list.",
                    count,
                )
                % {"n": count},
            )


class MoveView(ConcernsParties, SessionFormView):
    """Another time or room: every party is told and asked again."""

    form_class = MoveForm
    template_name = "events/desk/concerning.html"
    page_title = gettext_lazy("Move the session")
    submit_label = gettext_lazy("Move it and tell every party")
    said = gettext_lazy("The session has been moved; every party is told.")

    def get_form_kwargs(self):
        session = self.session
        initial = {
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "room": session.room_id,
        }
        return super().get_form_kwargs() | {"initial": initial}

    def act(self, form):
        acts.move_session(
            self.session, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )
        self.warn_of_unreached()


class CancelView(ConcernsParties, SessionFormView):
    """Called off: who has a place is offered one in another session, as long as there are any."""

    form_class = CancelForm
    template_name = "events/desk/concerning.html"
    page_title = gettext_lazy("Cancel the session")
    submit_label = gettext_lazy("Cancel it and tell every party")

    def get_context_data(self, **kwargs):
        lines = queries.session_lines([self.activity.pk])[self.activity.pk]
        others = [
            line for line in lines if line.session.is_open and line.session.pk != self.session.pk
        ]
        return super().get_context_data(others=others, cancels=True, **kwargs)

    def act(self, form):
        counted = acts.cancel_session(
            self.session, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )
        self.said = _(
            "The session is cancelled. Offered another session: %(offered)d; without: %(without)d."
        ) % dict(counted)
        self.warn_of_unreached()
