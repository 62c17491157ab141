"""What stands behind a receipt, told by the section that took it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .models import Receipt


class LookupRefused(Exception):
    """The author asked for something that is not possible (any more); str() says why."""


@dataclass(frozen=True)
class LookupKind:
    """``show`` gives the context of ``template``; ``act`` does what the author asks for.

    ``act(receipt, wish, data, at)`` returns what to tell the author, or raises LookupRefused.
    """

    template: str
    show: Callable[[Receipt, datetime], dict]
    act: Callable[[Receipt, str, Mapping[str, str], datetime], str]


_kinds: dict[str, LookupKind] = {}


def register_lookup(kind: str, lookup: LookupKind) -> None:
    _kinds[kind] = lookup


def lookup_kind(receipt: Receipt) -> LookupKind:
    return _kinds[receipt.kind]
