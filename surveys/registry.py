"""Where people's own words can be sent to be answered. The lower app knows no consultation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class Said:
    """One text on its way to a desk. `key` is the same whenever it is sent; of a text without a
    day, `received_at` is the last moment of its questionnaire."""

    key: str
    text: str
    language: str
    received_at: datetime


@dataclass(frozen=True)
class Receiver:
    """A kind of desk. `places()` names its desks as (number, name), the likeliest first.

    `take(place, texts, by=…, at=…)` takes texts in and says how many it had not before.
    """

    name: str
    label: str | Promise
    places: Callable[[], list[tuple[int, str]]]
    take: Callable[..., int]


_receivers: dict[str, Receiver] = {}


def register_receiver(receiver: Receiver) -> None:
    _receivers[receiver.name] = receiver


def receivers() -> Sequence[Receiver]:
    return list(_receivers.values())


def receiver_named(name: str) -> Receiver:
    return _receivers[name]
