from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.private import EncryptedTextField

from .enums import OPEN_STATES, LetterState


class LetterQuerySet(models.QuerySet):
    def due(self, at) -> "LetterQuerySet":
        """Waiting and due, or left behind by a worker that died over them."""
        return self.filter(state__in=OPEN_STATES, next_try_at__lte=at).order_by(
            "next_try_at", "pk"
        )


class Letter(models.Model):
    """One letter to one person: written with what causes it, delivered afterwards."""

    message_id = models.CharField(_("message number"), max_length=255, unique=True)
    once_key = models.CharField(max_length=200, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=20, default="mail")
    recipient = EncryptedTextField(_("recipient"), blank=True)
    recipient_masked = models.CharField(_("recipient"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255)
    body = EncryptedTextField(_("text"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    cause = models.CharField(_("cause"), max_length=50)
    about_type = models.CharField(_("kind of subject"), max_length=100, blank=True)
    about_id = models.CharField(_("number of subject"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("written"))
    state = models.CharField(
        _("state"), max_length=10, choices=LetterState, default=LetterState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=255, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        default_permissions = ["view"]
        permissions = [("resend_letter", _("Can send a failed letter again"))]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="letter_due",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(fields=["about_type", "about_id"], name="letter_about"),
            models.Index(fields=["state", "cause"], name="letter_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_sent_has_time",
                condition=~Q(state=LetterState.SENT) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_open_has_next_try",
                condition=Q(state__in=OPEN_STATES, next_try_at__isnull=False)
                | (~Q(state__in=OPEN_STATES) & Q(next_try_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_masked}: {self.subject}"
