from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a part of a questionnaire asks for. A section asks nothing."""

    SECTION = "section", _("Heading")
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    SCALE = "scale", _("Scale")
    MATRIX = "matrix", _("Matrix")
    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")


CHOICES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE})
TEXTS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})
# Each respondent is in one group at most, so that groups add up to all.
GROUPING = frozenset({Kind.SINGLE, Kind.SCALE})


class Purpose(models.TextChoices):
    """What a questionnaire is for (plan 2023, III.3; 713, Art. 14)."""

    OPEN_DAY = "open_day", _("After an open day")
    CONSULTATION = "consultation", _("Within a consultation")
    POLICY_NEED = "policy_need", _("On what policies are needed")


class Access(models.TextChoices):
    OPEN = "open", _("Open to everyone")
    INVITED = "invited", _("With a one-time link only")


class SurveyStatus(models.TextChoices):
    """Computed, never set by hand."""

    SCHEDULED = "scheduled", _("Not started")
    OPEN = "open", _("Open for answers")
    CLOSED = "closed", _("Closed")
    ANSWERED = "answered", _("Results published")
