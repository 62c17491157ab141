from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator

COUNTED_UP_TO = 10_000
FOUND_UP_TO = 1_000  # a text that is searched for has to be read to be counted
LAST = "last"


class ConsultationPaginator(WagtailPaginator):
    verbose_name = _("consultation")
    verbose_name_plural = _("consultations")


def capped_count(rows: QuerySet, most: int = COUNTED_UP_TO) -> tuple[int, bool]:
    """How many there are, and whether there are more: counts no further than ``most``."""
    found = rows.order_by().values("pk")[: most + 1].count()
    return min(found, most), found > most


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
    counted_up_to = FOUND_UP_TO


@dataclass(frozen=True)
class KeysetPage(Sequence):
    """A page of rows in the order of their keys, found by the key before it and not by number.

    Its place is ``after<key>``, ``before<key>`` or ``last``; anything else is the first page. The
    end of a million rows is as near as the beginning.
    """

    rows: QuerySet
    size: int
    place: str = ""
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
        keys = self.rows.values_list("pk", flat=True)
        if self.place == LAST:
            return *self._backwards(keys), False
        if key := _key(self.place, "before"):
            before = keys.filter(**{"pk__gt" if self._descends else "pk__lt": key})
            found, earlier = self._backwards(before)
            return (found, earlier, True) if found else self._forwards(keys, earlier=False)
        if key := _key(self.place, "after"):
            behind = keys.filter(**{"pk__lt" if self._descends else "pk__gt": key})
            return self._forwards(behind, earlier=True)
        return self._forwards(keys, earlier=False)

    def _forwards(self, keys: QuerySet, *, earlier: bool) -> tuple[list[int], bool, bool]:
        found = list(keys[: self.size + 1])
        return found[: self.size], earlier, len(found) > self.size

    def _backwards(self, keys: QuerySet) -> tuple[list[int], bool]:
        found = list(keys.reverse()[: self.size + 1])
        return found[: self.size][::-1], len(found) > self.size


def _key(place: str, word: str) -> int | None:
    digits = place.removeprefix(word)
    is_key = place.startswith(word) and digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if is_key else None
