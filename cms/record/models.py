import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .enums import Actor


class Event(models.Model):
    """Something that happened: who, what, on what, when, with what result (rulebook S2).

    Written once. Database triggers refuse to change or delete it; a later migration that makes
    SQLite copy this table has to lay them again (see guards).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("official"),
    )
    actor_label = models.CharField(_("acted as"), max_length=20, choices=Actor, blank=True)
    verb = models.CharField(_("what happened"), max_length=100)
    subject_type = models.CharField(_("kind of subject"), max_length=100, blank=True)
    subject_id = models.CharField(_("number of subject"), max_length=100, blank=True)
    result = models.CharField(_("result"), max_length=20)
    data = models.JSONField(_("details"), default=dict, blank=True)
    mac = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("record")
        ordering = ["-id"]
        default_permissions = ["view"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="event_of_subject"),
            models.Index(fields=["verb", "at"], name="event_by_verb"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_names_one_actor",
                condition=models.Q(actor=None) ^ models.Q(actor_label=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}".strip()

    def facts(self) -> dict:
        """All the mac vouches for: everything but the row number, which the database gives."""
        return {
            "uid": self.uid,
            "at": self.at,
            "actor": self.actor_id,
            "actor_label": str(self.actor_label),
            "verb": self.verb,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "result": self.result,
            "data": self.data,
        }

    def sealed_facts(self) -> dict:
        """All a link vouches for."""
        return {**self.facts(), "id": self.pk, "mac": self.mac}

    @property
    def who(self) -> str:
        return str(self.actor) if self.actor_id else self.get_actor_label_display()

    @property
    def details(self) -> str:
        return ", ".join(f"{name}: {value}" for name, value in sorted(self.data.items()))


class Link(models.Model):
    """An event's place in the hash chain. Written once, by the sealing job, like an event."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="link")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["position"]
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.position}: {self.digest}"


class Sealing(models.Model):
    """The one row that sealing locks, and what it remembers between its runs."""

    window_starts_after = models.BigIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    marked_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sealing")
        default_permissions = []

    def __str__(self) -> str:
        return f"after {self.window_starts_after}"
