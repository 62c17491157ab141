from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.pages.desk import NeedsPermission, OneForm

from ... import rules
from ...models import ActivityPage, Session
from ..queries import activities_seen_by

VIEW = "events.view_session"
VIEW_PARTIES = "events.view_signup"
ENTER = "events.enter_signup"
MANAGE = "events.manage_session"
DRAW = "events.run_draw"
ANSWER = "events.change_question"
UNMASK = "intake.unmask_receipt"

REFUSALS = {
    rules.NoPlacesLeft: gettext_lazy("There are not that many places. Nothing was changed."),
    rules.CapacityBelowTaken: gettext_lazy(
        "More places than that are taken. Nothing was changed."
    ),
    rules.NotPossibleNow: gettext_lazy("This cannot be done any more: meanwhile it has changed."),
    rules.SignUpClosed: gettext_lazy("This session takes nobody any more."),
    rules.AlreadySignedUp: gettext_lazy("This person has signed up for this activity already."),
    rules.OfferExpired: gettext_lazy("The deadline of this offer has passed."),
    rules.TooEarlyToDraw: gettext_lazy("Lots are drawn after sign-up has closed."),
    rules.TooLateToPromise: gettext_lazy(
        "A seed has to be promised before sign-up closes, or it proves nothing."
    ),
    rules.NothingPromised: gettext_lazy(
        "No seed was promised before sign-up closed: lots cannot be drawn."
    ),
}
REFUSED = (*REFUSALS, rules.NotAllowed)


def refusal(error: Exception) -> str:
    """What the official reads when an action refuses."""
    if isinstance(error, rules.NotAllowed):
        return " ".join(str(fault.label) for fault in error.faults)
    return str(REFUSALS[type(error)])


def may_use_desk(user) -> bool:
    return user.has_perm(VIEW) or user.has_perm(ENTER)


class OfActivity(NeedsPermission):
    """Views of one activity; one of another department does not exist for the official."""

    @cached_property
    def activity(self) -> ActivityPage:
        seen = activities_seen_by(self.request.user)
        return get_object_or_404(seen, pk=self.kwargs["activity"])

    def may(self, permission: str) -> bool:
        return self.request.user.has_perm(permission)

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def url(self, name: str, *args) -> str:
        return reverse(f"open_day:{name}", args=[self.activity.pk, *args])

    def way_back(self) -> str:
        return self.url("desk")

    def trail(self) -> list[dict]:
        """Breadcrumbs down to the desk of this activity."""
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("open_day:index"), "label": _("Open day")},
            {"url": self.url("desk"), "label": self.activity.title},
        ]


class OfSession(OfActivity):
    @cached_property
    def session(self) -> Session:
        sessions = Session.objects.filter(activity=self.activity).select_related("places", "room")
        session = get_object_or_404(sessions, pk=self.kwargs["session"])
        session.activity = self.activity
        return session

    def session_url(self, name: str, *args) -> str:
        return self.url(name, self.session.pk, *args)

    def trail(self):
        parties = {"url": self.session_url("parties"), "label": str(self.session)}
        return [*super().trail(), parties] if self.may(VIEW_PARTIES) else super().trail()


class OwnPage(TemplateView):
    """A page whose template sees what the view tells it, not the numbers of the address."""

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())


class DeskView(OfActivity, WagtailAdminTemplateMixin, OwnPage):
    """A page of the desk in the frame of the CMS."""

    header_icon = "group"
    page_title = gettext_lazy("Open day")
    permission_required = VIEW

    def get_breadcrumbs_items(self):
        return [*self.trail(), {"url": "", "label": self.get_page_title()}]

    def get_header_title(self):
        return f"{self.get_page_title()} · {self.activity.title}"

    def get_context_data(self, **kwargs):
        own = {"activity": self.activity, "way_out": self.way_back()}
        return super().get_context_data(**own | kwargs)


class SessionDeskView(OfSession, DeskView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"session": self.session} | kwargs)


class FormView(OneForm, DeskView):
    """A page with one form, whose action may refuse: the refusal stands above the form."""

    template_name = "events/desk/form.html"
    permission_required = MANAGE
    said = ""

    def act(self, form) -> None:
        raise NotImplementedError

    def form_valid(self, form):
        try:
            self.act(form)
        except REFUSED as error:
            form.add_error(None, refusal(error))
            return None
        messages.success(self.request, self.said)
        return redirect(self.way_back())


class SessionFormView(OfSession, FormView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"session": self.session} | kwargs)


class ActView(OfSession, View):
    """One button: it is done, or the refusal is said, and back."""

    permission_required = MANAGE
    http_method_names = ["post", "options"]
    said = ""

    def act(self) -> None:
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        try:
            said = self.act()
        except REFUSED as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, said or self.said)
        return redirect(self.way_back())


class ListsParties(OfSession):
    permission_required = VIEW_PARTIES

    def way_back(self) -> str:
        return self.session_url("parties") if self.may(VIEW_PARTIES) else super().way_back()
