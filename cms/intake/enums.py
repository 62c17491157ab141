from django.db import models
from django.utils.translation import gettext_lazy as _


class Proof(models.TextChoices):
    """How a submission showed that a person, not a flood of robots, stands behind it."""

    WORK = "work", _("proof of work")
    QUESTION = "question", _("question in words")
    DESK = "desk", _("entered at the desk")
    OFF = "off", _("not asked")


class Grade(models.TextChoices):
    """好差评: the five grades of the rating of a service (ShOneNet Art. 11; rulebook E2)."""

    VERY_GOOD = "very_good", _("very satisfied")
    GOOD = "good", _("satisfied")
    FAIR = "fair", _("fairly satisfied")
    BAD = "bad", _("dissatisfied")
    VERY_BAD = "very_bad", _("very dissatisfied")


LOW_GRADES = frozenset({Grade.BAD, Grade.VERY_BAD})


class RatingReason(models.TextChoices):
    """What a rating is for, as far as a tick can say it."""

    UNCLEAR = "unclear", _("The answer is hard to understand")
    NOT_TO_THE_POINT = "not_to_the_point", _("The answer does not deal with what I said")
    UNCONVINCING = "unconvincing", _("The reason does not convince me")
    SLOW = "slow", _("It took too long")
    HARD_TO_USE = "hard_to_use", _("The site was hard to use")
