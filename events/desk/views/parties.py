from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from cms.intake.actions import unmask
from cms.letters.channels import channel_for
from cms.letters.models import Letter

from ...actions import door, signups
from ...enums import Channel, SignUpState
from ...letters import address_of
from ...models import SignUp
from ...party import Guest, Party
from .. import queries
from ..forms import ContactForm, EntryForm, InvitationForm, SizeForm
from .base import (
    ENTER,
    MANAGE,
    REFUSED,
    UNMASK,
    VIEW_PARTIES,
    ListsParties,
    SessionDeskView,
    SessionFormView,
    refusal,
)


class OfParty(ListsParties):
    @cached_property
    def party(self) -> SignUp:
        parties = queries.parties_of(self.session).select_related("entered_by", "guardian_notice")
        return get_object_or_404(parties, pk=self.kwargs["pk"])

    def way_back(self) -> str:
        return self.session_url("party", self.party.pk)


class PartyView(OfParty, SessionDeskView):
    """One party: where it stands, what it was told, and what can be done for it."""

    template_name = "events/desk/party.html"

    def get_page_title(self):
        receipt = self.party.whole.receipt
        number = receipt.number if receipt else self.party.pk
        return _("Sign-up %(number)s") % {"number": number}

    def get_context_data(self, **kwargs):
        party = self.party
        about = Letter.objects.filter(about_type=queries.ABOUT_SIGN_UPS, about_id=str(party.pk))
        own = {
            "party": party,
            "receipt": party.whole.receipt,
            "companions": party.companions.all(),
            "parts": party.parts.all(),
            "questions": party.questions.all(),
            "check_ins": party.check_ins.select_related("by"),
            "letters": about.defer("recipient", "body").order_by("pk"),
            "is_reached": bool(channel_for(address_of(party))),
            "may_enter": self.may(ENTER),
            "may_manage": self.may(MANAGE),
            "may_unmask": self.may(UNMASK),
            "contact_form": ContactForm(prefix="contact"),
            "size_form": SizeForm(prefix="size", initial={"size": party.party_size}),
            "media": SizeForm().media,
        }
        return super().get_context_data(**own | kwargs)

    def shown(self, status: int = 200, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)


class ContactView(PartyView):
    """Contact, guardian and needs in clear: with a reason, and on record (rulebook I11)."""

    permission_required = UNMASK
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if not self.may(VIEW_PARTIES):
            raise PermissionDenied
        receipt = self.party.whole.receipt
        if receipt is None:
            raise Http404
        form = ContactForm(request.POST, prefix="contact")
        if not form.is_valid():
            return self.shown(contact_form=form, status=422)
        reason = form.cleaned_data["reason"]
        contact = unmask(receipt, by=request.user, reason=reason, at=timezone.now())
        return self.shown(contact=contact)


class PartyActView(OfParty, View):
    """One button on the page of a party."""

    permission_required = ENTER
    http_method_names = ["post", "options"]
    action = None
    said = gettext_lazy("Done. The party is told by letter where one can reach it.")

    def post(self, request, *args, **kwargs):
        try:
            self.action(self.party, by=request.user, at=timezone.now())
        except REFUSED as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, self.said)
        return redirect(self.way_back())


class CancelPartyView(PartyActView):
    action = staticmethod(signups.cancel)


class AcceptView(PartyActView):
    action = staticmethod(signups.accept_offer)


class DeclineView(PartyActView):
    action = staticmethod(signups.decline_offer)


class ComingView(PartyActView):
    action = staticmethod(signups.confirm_coming)
    said = gettext_lazy("Noted.")


class UndoCheckInView(PartyActView):
    action = staticmethod(door.undo_check_in)
    said = gettext_lazy("The check-in has been taken back.")


class ResizeView(PartyView):
    """More or fewer people; what else was said of the party stays."""

    permission_required = ENTER
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        form = SizeForm(request.POST, prefix="size")
        if not form.is_valid():
            return self.shown(size_form=form, status=422)
        try:
            party = _as_party(self.party, form.cleaned_data["size"])
            signups.change_party(self.party, party, by=request.user, at=timezone.now())
        except REFUSED as error:
            form.add_error(None, refusal(error))
            return self.shown(size_form=form, status=409)
        messages.success(request, _("The party has been changed."))
        return redirect(self.way_back())


def _as_party(one: SignUp, size: int) -> Party:
    guests = [Guest(guest.name, guest.age, guest.is_child) for guest in one.companions.all()]
    return Party(
        size=size,
        guests=guests[: size - 1],
        age=one.age,
        is_child=one.age is None and one.under_14 > len([g for g in guests if g.is_child]),
        audience=one.audience,
        lives_here=True,
        accepts_split=one.accepts_split,
        guardian_name=one.guardian_name or "—",
        guardian_phone=one.guardian_phone or "—",
        guardian_consents=bool(one.guardian_consented_at or one.channel != Channel.WEB),
        needs=one.needs,
        needs_consented=False,
    )


class EnterView(SessionFormView):
    """Somebody rang up or came by: a place, or the waiting list, under the same locks."""

    permission_required = ENTER
    form_class = EntryForm
    page_title = gettext_lazy("Sign somebody up")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"session": self.session}

    def act(self, form):
        data = form.cleaned_data
        entered = door.enter_sign_up(
            self.session,
            form.party(),
            name=form.whom(),
            channel=Channel(data["channel"]),
            quota=data["quota"],
            by=self.request.user,
            at=timezone.now(),
        )
        self.said = _("%(state)s: sign-up %(number)s.") % {
            "state": entered.get_state_display(),
            "number": entered.receipt.number,
        }
        if entered.state == SignUpState.WAITLISTED:
            messages.warning(self.request, _("There was no place left: it waits behind others."))


class InviteView(SessionFormView):
    """定向邀请: a place is held until they answer."""

    permission_required = MANAGE
    form_class = InvitationForm
    page_title = gettext_lazy("Invite somebody")
    submit_label = gettext_lazy("Hold the place and send the invitation")
    said = gettext_lazy("The place is held until they answer.")

    def act(self, form):
        door.invite(
            self.session,
            form.party(),
            name=form.whom(),
            answer_by=form.cleaned_data["answer_by"],
            by=self.request.user,
            at=timezone.now(),
        )


class UnreachedView(ListsParties, SessionDeskView):
    """Whom no letter reached: to be rung up. Numbers in clear with a reason, each on record."""

    template_name = "events/desk/unreached.html"
    page_title = gettext_lazy("Phone list")

    def get_context_data(self, **kwargs):
        own = {
            "parties": queries.unreached(self.session),
            "form": ContactForm(),
            "may_unmask": self.may(UNMASK),
        }
        return super().get_context_data(**own | kwargs)

    def post(self, request, *args, **kwargs):
        if not self.may(UNMASK):
            raise PermissionDenied
        form = ContactForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        parties, at = queries.unreached(self.session), timezone.now()
        for one in parties:
            if one.receipt_id and one.receipt.contact:
                reason = form.cleaned_data["reason"]
                one.clear = unmask(one.receipt, by=request.user, reason=reason, at=at)
        return self.render_to_response(self.get_context_data(parties=parties, is_clear=True))
