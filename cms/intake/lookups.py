"""What stands behind a receipt, told by the section that took it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cms.accounts.models import Department

from .models import Receipt


class LookupRefused(Exception):
    """The author asked for something that is not possible (any more); str() says why."""


@dataclass(frozen=True)
class Answer:
    """What the holder of a receipt was answered, as far as rating it needs to know.

    ``subject`` names what the answers belong to ("consultation.consultationpage:12"), so that
    the ratings of one subject can be counted together; ``title`` is what officers read.
    """

    department: Department | None
    subject: str
    title: str
    answered_on: date


@dataclass(frozen=True)
class LookupKind:
    """``show`` gives the context of ``template``; ``act`` does what the author asks for.

    ``act(receipt, wish, data, at)`` returns what to tell the author, or raises LookupRefused.
    ``answer(receipt)`` says what can be rated, None while there is none.
    """

    template: str
    show: Callable[[Receipt, datetime], dict]
    act: Callable[[Receipt, str, Mapping[str, str], datetime], str]
    answer: Callable[[Receipt], Answer | None] = lambda receipt: None


_kinds: dict[str, LookupKind] = {}


def register_lookup(kind: str, lookup: LookupKind) -> None:
    _kinds[kind] = lookup


def lookup_kind(receipt: Receipt) -> LookupKind:
    return _kinds[receipt.kind]


def answer_to(receipt: Receipt) -> Answer | None:
    return lookup_kind(receipt).answer(receipt)
