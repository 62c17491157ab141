from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (LetterState.QUEUED, LetterState.SENDING)
