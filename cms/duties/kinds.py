"""The kinds of duties. Each section registers its own when it starts."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


class UnknownKind(LookupError):
    """No section has registered a duty of this kind."""


class KindTaken(ValueError):
    """Two sections registered different duties under one code."""


@dataclass(frozen=True)
class DutyKind:
    """What is owed, within how many working days of which event, and by what rule.

    `warn_at` holds the numbers of working days left at which the officers are warned; at the
    smallest, the head of the department is warned as well.
    """

    code: str
    title: Text
    working_days: int
    source: Text
    event: str = ""
    event_title: Text = ""
    warn_at: tuple[int, ...] = (3, 1)


_kinds: dict[str, DutyKind] = {}


def register(kind: DutyKind) -> DutyKind:
    if _kinds.setdefault(kind.code, kind) != kind:
        raise KindTaken(kind.code)
    return kind


def get(kind: str | DutyKind) -> DutyKind:
    """The registered kind of this code. Raises `UnknownKind`."""
    code = kind.code if isinstance(kind, DutyKind) else str(kind)
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(code) from None


def choices() -> list[tuple[str, Text]]:
    return [(code, kind.title) for code, kind in sorted(_kinds.items())]
