"""What a party sees and may do at /receipts/, and behind its signed link."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from cms.intake.lookups import LookupKind, LookupRefused, register_lookup
from cms.intake.models import Receipt

from .actions import signups
from .enums import HOLDING, SignUpState
from .links import manage_path
from .models import SignUp
from .queries import place_in_line
from .rules import NotPossibleNow, OfferExpired


def show_sign_up(receipt: Receipt, at: datetime) -> dict:
    return standing(receipt.sign_up, at)


def standing(sign_up: SignUp, at: datetime) -> dict:
    """Where a sign-up stands and what its party may do now; for look-up and signed link alike."""
    before = at < sign_up.session.starts_at
    return {
        "sign_up": sign_up,
        "session": sign_up.session,
        "activity": sign_up.activity,
        "parts": list(sign_up.parts.live()),
        "place_in_line": place_in_line(sign_up),
        "may_cancel": before and sign_up.is_changeable,
        "may_answer": before and offered_of(sign_up) is not None,
        "may_confirm": before and sign_up.state == SignUpState.CONFIRMED,
        "may_rate": sign_up.state == SignUpState.ATTENDED,
        "has_place": sign_up.state in HOLDING,
        "manage_url": manage_path(sign_up),
    }


def offered_of(sign_up: SignUp) -> SignUp | None:
    """What is offered to the party: its own place, or one to the rest of a parted party."""
    if sign_up.state == SignUpState.OFFERED:
        return sign_up
    return sign_up.parts.filter(state=SignUpState.OFFERED).order_by("pk").first()


def act_on_sign_up(receipt: Receipt, wish: str, data: Mapping[str, str], at: datetime) -> str:
    return fulfil(receipt.sign_up, wish, data, at)


def fulfil(sign_up: SignUp, wish: str, data: Mapping[str, str], at: datetime) -> str:
    """ "cancel" (with sure=yes), "accept", "decline", "coming"; returns what to tell the party.

    Refuses with LookupRefused, which says why.
    """
    if wish not in WISHES:
        raise LookupRefused(_("This is not possible."))
    if wish == "cancel" and data.get("sure") != "yes":
        raise LookupRefused(_("Please tick the box to confirm that you cancel."))
    act, said = WISHES[wish]
    answered = offered_of(sign_up) if wish in ("accept", "decline") else None
    try:
        act(answered or sign_up, at=at)
    except OfferExpired as refusal:
        raise LookupRefused(_("The place was held until a deadline that has passed.")) from refusal
    except NotPossibleNow as refusal:
        raise LookupRefused(
            _("This is not possible any more: the sign-up has changed meanwhile.")
        ) from refusal
    return said()


WISHES = {
    "cancel": (signups.cancel, lambda: _("Your sign-up is cancelled and your data deleted.")),
    "accept": (signups.accept_offer, lambda: _("The place is yours.")),
    "decline": (signups.decline_offer, lambda: _("Thank you. The place goes to the next.")),
    "coming": (signups.confirm_coming, lambda: _("Thank you. We look forward to seeing you.")),
}

SIGN_UP = LookupKind("events/_sign_up_status.html", show_sign_up, act_on_sign_up)


def register() -> None:
    register_lookup(signups.KIND, SIGN_UP)
