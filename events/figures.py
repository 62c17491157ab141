"""Figures of the day for the report (集锦): counted from the rows, small groups withheld.

Where a number says something of fewer than ten people it is not published, and neither is what
would let it be computed from a total (rulebook O8, I1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from .enums import Audience, SessionState, SignUpState
from .models import ActivityPage, Question, Quota, SessionPlaces, SignUp

SMALLEST_GROUP = 10
CAME = (SignUpState.ATTENDED,)
WITH_A_PLACE = (SignUpState.CONFIRMED, SignUpState.ATTENDED, SignUpState.ABSENT)


@dataclass(frozen=True)
class DayFigures:
    """People, unless said otherwise; None: withheld. ``by_category`` is of those who came."""

    places: int
    parties: int
    signed_up: int
    with_a_place: int | None
    came: int | None
    by_category: list[tuple[str, int | None]]
    questions: int
    answered: int

    @property
    def turn_up(self) -> int | None:
        """Who came, in percent of who had a place."""
        if not self.with_a_place or self.came is None:
            return None
        return round(100 * self.came / self.with_a_place)

    @property
    def withholds(self) -> bool:
        """Whether a note has to say that small groups are not shown."""
        shown = (self.with_a_place, self.came, *(number for _, number in self.by_category))
        return None in shown


def withheld(sizes: Mapping[str, int]) -> set[str]:
    """The groups whose size is not published.

    Those of one to nine people; and as long as they are few enough to be computed from the total,
    the smallest of the others as well.
    """
    hidden = {group for group, size in sizes.items() if 0 < size < SMALLEST_GROUP}
    rest = sorted(
        (group for group, size in sizes.items() if size >= SMALLEST_GROUP),
        key=lambda group: (sizes[group], group),
    )
    while hidden and rest and not _are_hidden_together(hidden, sizes):
        hidden.add(rest.pop(0))
    return hidden


def _are_hidden_together(hidden: set[str], sizes: Mapping[str, int]) -> bool:
    return len(hidden) > 1 and sum(sizes[group] for group in hidden) >= SMALLEST_GROUP


def figures_of(activity: ActivityPage) -> DayFigures:
    """The figures of one activity, over all its sessions that were held; six queries."""
    held = SignUp.objects.filter(
        activity=activity.original, session__state=SessionState.HELD
    ).order_by()
    counts = held.aggregate(parties=Count("pk"), people=Sum("party_size", default=0))
    had = held.filter(state__in=WITH_A_PLACE).aggregate(people=Sum("party_size", default=0))
    came = held.filter(state__in=CAME).values_list("audience")
    by_audience = dict(came.annotate(people=Sum("people_arrived", default=0)))
    questions = Question.objects.filter(activity=activity.original).aggregate(
        asked=Count("pk"), answered=Count("answered_at")
    )
    total = sum(by_audience.values())
    return DayFigures(
        places=_places(activity),
        parties=counts["parties"],
        signed_up=counts["people"],
        with_a_place=_shown(had["people"]),
        came=_shown(total),
        by_category=_by_category(by_audience, total),
        questions=questions["asked"],
        answered=questions["answered"],
    )


def _places(activity: ActivityPage) -> int:
    of_held = {"session__activity": activity.original, "session__state": SessionState.HELD}
    for_all = SessionPlaces.objects.filter(**of_held).aggregate(n=Sum("capacity", default=0))
    kept = Quota.objects.filter(**of_held).aggregate(n=Sum("capacity", default=0))
    return for_all["n"] + kept["n"]


def _shown(people: int) -> int | None:
    return None if 0 < people < SMALLEST_GROUP else people


def _by_category(sizes: Mapping[str, int], total: int) -> list[tuple[str, int | None]]:
    """Category in words → people who came; nothing at all where all of them are fewer than ten."""
    if total < SMALLEST_GROUP:
        return []
    hidden = withheld(sizes)
    labels = {**dict(Audience.choices), "": Audience.OTHER.label}
    known = [key for key in (*Audience.values, "") if sizes.get(key)]
    return [(str(labels[key]), None if key in hidden else sizes[key]) for key in known]
