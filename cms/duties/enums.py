from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met in time")
    MET_LATE = "met_late", _("met late")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (State.RUNNING, State.PAUSED)
FULFILLED = (State.MET, State.MET_LATE)


class SegmentKind(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    RESTARTED = "restarted", _("counted anew")


class Cause(models.TextChoices):
    """Why a due date moved."""

    START_CHANGED = "start_changed", _("the starting day was corrected")
    ARRANGEMENT = "arrangement", _("the holiday arrangement changed")
    RESUMED = "resumed", _("the clock was paused and went on")
    RESTARTED = "restarted", _("the time limit was counted anew")
    REOPENED = "reopened", _("the duty was opened again")


class Level(models.TextChoices):
    OFFICER = "officer", _("officer")
    HEAD = "head", _("head of the department")


class Colour(models.TextChoices):
    """How near the due date is (rulebook T8)."""

    GREEN = "green", _("in good time")
    AMBER = "amber", _("due soon")
    RED = "red", _("urgent")
    PURPLE = "purple", _("overdue")
