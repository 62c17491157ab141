"""Decisions, consultations and reports for programs: ``/api/v1/`` (plan 2023, III.1)."""

from . import consultations, decisions, reports

__all__ = ["consultations", "decisions", "reports"]
