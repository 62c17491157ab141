"""
Grouping texts that say the same: on this machine, the same every time, and explained by the
words they share. No model, no dictionary of the matter, no other service (decision 0009).
"""

from .engine import group_texts
from .highlighting import highlights
from .results import Grouping, GroupingStopped, TextGroup

__all__ = ["Grouping", "GroupingStopped", "TextGroup", "group_texts", "highlights"]
