"""How well and how fast `cms.wording.grouping` groups, on collections made for it."""

from .measure import TITLE, rows

__all__ = ["TITLE", "rows"]
