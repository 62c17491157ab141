from django.db import models
from django.utils.translation import gettext_lazy as _


class Proof(models.TextChoices):
    """How a submission showed that a person, not a flood of robots, stands behind it."""

    WORK = "work", _("proof of work")
    QUESTION = "question", _("question in words")
    DESK = "desk", _("entered at the desk")
    OFF = "off", _("not asked")
