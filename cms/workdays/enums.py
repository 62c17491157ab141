from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Why a day of a count was counted, or was not."""

    FIRST_DAY = "first_day", _("Starting day, not counted")
    WORKING_DAY = "working_day", _("Working day")
    ORDERED_TO_WORK = "ordered_to_work", _("Working day by the holiday arrangement")
    WEEKEND = "weekend", _("Weekend")
    HOLIDAY = "holiday", _("Holiday by the holiday arrangement")
    PAUSED = "paused", _("Clock paused")
