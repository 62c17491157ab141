"""What the `holidays` library knows of China. The only place that asks it.

The library answers for every year, but knows the State Council's notice only for the years it
lists; elsewhere it gives the statutory holidays and the making-up days it expects. Its `in` is
wrong for the weekends inside a long holiday and for exchanged working days (rulebook, chapter 7).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays.countries.china import China, ChinaStaticHolidays

from .rules import SATURDAY, Departure

FIRST_YEAR, LAST_YEAR = 2001, 2060
NAMES = {"en": "en_US"}


@lru_cache(maxsize=1)
def announced_years() -> frozenset[int]:
    """The years whose official arrangement the library holds."""
    return frozenset(ChinaStaticHolidays.special_public_holidays)


@lru_cache(maxsize=16)
def departures(language: str, entered: frozenset[int] = frozenset()) -> Mapping[date, Departure]:
    """Every day the library names or moves away from the weekday, with its name in `language`.

    For the years in `entered`, whose notice the town has entered itself, and which the library
    does not know, only the holidays of the law are given: the notice says where they are made up.
    """
    expected = _library(language, observed=True)
    by_law_only = _library(language, observed=False)
    return MappingProxyType(
        {
            day: departure
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            for day, departure in _year(
                year, by_law_only if year in entered - announced_years() else expected
            )
        }
    )


@lru_cache(maxsize=8)
def _library(language: str, *, observed: bool) -> China:
    # All years at once: the library is silently wrong for years it has not been asked for.
    return China(
        years=range(FIRST_YEAR - 1, LAST_YEAR + 2),
        observed=observed,
        language=NAMES.get(language[:2], "zh_CN"),
    )


def _year(year: int, library: China):
    day = date(year, 1, 1)
    while day.year == year:
        works = library.is_working_day(day)
        name = library.get(day) or ""
        if name or works != (day.weekday() < SATURDAY):
            yield day, (works, name)
        day += timedelta(days=1)
