"""Names, addresses and the tags a government page must carry (rulebook W1)."""

import re
from collections.abc import Mapping
from datetime import datetime

from pypinyin import lazy_pinyin

LONGEST_SLUG = 80
_not_slug = re.compile(r"[^a-z0-9]+")


def slug_from(title: str) -> str:
    """A latin slug for a Chinese title: pinyin, at most 80 characters, empty for no letters.

    >>> slug_from("加装电梯 2023")
    'jia-zhuang-dian-ti-2023'
    """
    words = lazy_pinyin(title.lower(), errors=lambda run: _not_slug.sub("-", run))
    slug = _not_slug.sub("-", "-".join(words)).strip("-")
    return slug[:LONGEST_SLUG].rsplit("-", 1)[0] if len(slug) > LONGEST_SLUG else slug


def government_meta(
    site: Mapping[str, str], column: Mapping[str, str], article: Mapping[str, str]
) -> dict[str, str]:
    """The prescribed tags in their order; an unknown value is left out, never made up.

    A content page carries all three groups; a list page passes an empty ``article``.
    """
    tags = {**site, **column, **article}
    return {name: value for name, value in tags.items() if value}


def publication_date(at: datetime | None) -> str:
    """``PubDate`` as prescribed: YYYY-MM-DD HH:MM, in Shanghai's time. ``at`` must be local."""
    return at.strftime("%Y-%m-%d %H:%M") if at else ""
