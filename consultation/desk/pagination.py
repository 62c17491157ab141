from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator

COUNTED_UP_TO = 10_000
LAST = "last"


class ConsultationPaginator(WagtailPaginator):
    verbose_name = _("consultation")
    verbose_name_plural = _("consultations")


def capped_count(rows: QuerySet, most: int = COUNTED_UP_TO) -> tuple[int, bool]:
    """How many there are, and whether there are more: counts no further than ``most``."""
    found = rows.order_by().values("pk")[: most + 1].count()
    return min(found, most), found > most


@dataclass(frozen=True)
class Known:
    """Some of the rows that match, ascending, as they were found with the least reading; all of
    them, or as many as are counted. What was searched for is read once, to be counted and shown.
    """

    keys: tuple[int, ...]
    is_all: bool

    @classmethod
    def of(cls, rows: QuerySet, most: int) -> "Known":
        found = rows.order_by().values_list("pk", flat=True)[: most + 1]
        keys = sorted(found)
        return cls(tuple(keys), is_all=len(keys) <= most)

    def bound(self, after: int | None, size: int) -> int | None:
        """The first ``size`` rows behind a key are not beyond this one; None: nobody knows."""
        ahead = [key for key in self.keys if after is None or key > after]
        return ahead[size - 1] if len(ahead) >= size else None


class OpinionPaginator(WagtailPaginator):
    """Says how many match, counting no further than ``counted_up_to``."""

    counted_up_to = COUNTED_UP_TO

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        return capped_count(self.object_list, self.counted_up_to)

    @cached_property
    def count(self) -> int:
        return self._counted[0]

    @property
    def is_more(self) -> bool:
        return self._counted[1]

    def get_elided_page_range(self, *args, **kwargs):
        return ()


class FoundPaginator(OpinionPaginator):
    def __init__(self, *args, known: Known, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        found = len(self.known.keys)
        return (found, False) if self.known.is_all else (found - 1, True)


@dataclass(frozen=True)
class KeysetPage(Sequence):
    """A page of rows in the order of their keys, found by the key before it and not by number.

    Its place is ``after<key>``, ``before<key>`` or ``last``; anything else is the first page. The
    end of a million rows is as near as the beginning.
    """

    rows: QuerySet
    size: int
    place: str = ""
    known: Known | None = None
    object_list: list = field(init=False)
    has_previous: bool = field(init=False)
    has_next: bool = field(init=False)

    def __post_init__(self):
        keys, earlier, later = self._keys()
        self._set("object_list", list(self.rows.filter(pk__in=keys)) if keys else [])
        self._set("has_previous", earlier)
        self._set("has_next", later)

    def _set(self, name: str, value) -> None:
        object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.object_list)

    def __getitem__(self, index):
        return self.object_list[index]

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_place(self) -> str:
        return f"before{self.object_list[0].pk}"

    @property
    def next_place(self) -> str:
        return f"after{self.object_list[-1].pk}"

    @cached_property
    def _descends(self) -> bool:
        return self.rows.query.order_by[:1] == ("-pk",)

    def _keys(self) -> tuple[list[int], bool, bool]:
        """The keys of the page, and whether there are rows before and behind it."""
        keys = self._matching.values_list("pk", flat=True)
        if self.place == LAST:
            return *self._backwards(keys), False
        if key := _key(self.place, "before"):
            before = keys.filter(**{"pk__gt" if self._descends else "pk__lt": key})
            found, earlier = self._backwards(before)
            return (found, earlier, True) if found else self._forwards(keys, earlier=False)
        if key := _key(self.place, "after"):
            behind = keys.filter(**{"pk__lt" if self._descends else "pk__gt": key})
            return self._forwards(behind, earlier=True, after=key)
        return self._forwards(keys, earlier=False)

    @property
    def _matching(self) -> QuerySet:
        """Where all are known, nothing is searched for a second time."""
        if self.known is None or not self.known.is_all:
            return self.rows
        known = self.rows.model._default_manager.filter(pk__in=self.known.keys)
        return known.order_by(*self.rows.query.order_by)

    def _forwards(
        self, keys: QuerySet, *, earlier: bool, after: int | None = None
    ) -> tuple[list[int], bool, bool]:
        if self.known and not self._descends and (end := self.known.bound(after, self.size + 1)):
            keys = keys.filter(pk__lte=end)
        found = list(keys[: self.size + 1])
        return found[: self.size], earlier, len(found) > self.size

    def _backwards(self, keys: QuerySet) -> tuple[list[int], bool]:
        found = list(keys.reverse()[: self.size + 1])
        return found[: self.size][::-1], len(found) > self.size


def _key(place: str, word: str) -> int | None:
    digits = place.removeprefix(word)
    is_key = place.startswith(word) and digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if is_key else None
