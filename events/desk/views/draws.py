from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ... import draw as lots
from ...actions import draws
from ...enums import SignUpState
from ...models import Draw, SignUp
from .. import queries
from .base import DRAW, ActView, ListsParties, SessionDeskView


class DrawView(SessionDeskView):
    """抽签: the promise, the draw, and what is published of it."""

    template_name = "events/desk/draw.html"
    page_title = gettext_lazy("Drawing of lots")

    def get_context_data(self, **kwargs):
        now, activity = timezone.now(), self.activity
        submitted = SignUp.objects.filter(session=self.session, state=SignUpState.SUBMITTED)
        is_closed = activity.closes_at is not None and now >= activity.closes_at
        own = {
            "draw": Draw.objects.filter(session=self.session).first(),
            "entries": submitted.count(),
            "is_closed": is_closed,
            "may_draw": self.may(DRAW),
        }
        return super().get_context_data(**own | kwargs)


class DrawActView(ActView):
    permission_required = DRAW

    def way_back(self):
        return self.session_url("draw")


class CommitView(DrawActView):
    said = gettext_lazy("The seed is promised: its SHA-256 is public from now on.")

    def act(self):
        draws.commit_seed(self.session, by=self.request.user, at=timezone.now())


class RunView(DrawActView):
    said = gettext_lazy("The lots are drawn and published; every party is told.")

    def act(self):
        draws.run_draw(self.session, by=self.request.user, at=timezone.now())


class DrawFileView(SessionDeskView):
    """The published file, byte for byte, as anybody can verify it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        draw = Draw.objects.filter(session=self.session, drawn_at__isnull=False).first()
        if draw is None:
            raise Http404
        response = HttpResponse(lots.canonical(draw.file), content_type="application/json")
        name = f"draw-{self.session.key}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class SelectionView(ListsParties, SessionDeskView):
    """遴选: officials choose among those who signed up, and tell the others."""

    permission_required = DRAW
    template_name = "events/desk/selection.html"
    page_title = gettext_lazy("Selection")

    def get_context_data(self, **kwargs):
        parties = queries.parties_of(self.session).order_by("pk")
        own = {
            "parties": parties.filter(state=SignUpState.SUBMITTED),
            "selected": parties.filter(state=SignUpState.CONFIRMED).count(),
            "left": self.session.places.left,
        }
        return super().get_context_data(**own | kwargs)


class SelectView(ActView):
    permission_required = DRAW

    def way_back(self):
        return self.session_url("select")

    def act(self):
        typed = self.request.POST.getlist("id")
        keys = [int(key) for key in typed if key.isascii() and key.isdigit()]
        chosen = SignUp.objects.filter(session=self.session, pk__in=keys)
        count = draws.select(self.session, chosen, by=self.request.user, at=timezone.now())
        said = ngettext("%(n)d party selected.", "%(n)d parties selected.", count)
        return said % {"n": count}


class FinishSelectionView(SelectView):
    def act(self):
        count = draws.finish_selection(self.session, by=self.request.user, at=timezone.now())
        return _("The selection is closed; %(n)d parties were told they were not selected.") % {
            "n": count
        }
