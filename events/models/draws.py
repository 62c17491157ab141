from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.private import EncryptedTextField

from .sessions import Session


class Draw(models.Model):
    """The drawing of lots for a session: a seed promised before, shown after (rulebook O7)."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="draw")
    commitment = models.CharField(_("SHA-256 of the seed"), max_length=64)
    committed_at = models.DateTimeField(_("promised at"))
    sealed_seed = EncryptedTextField(editable=False)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    # What is published: everything needed to draw the same lots again.
    file = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("drawing of lots")
        verbose_name_plural = _("drawings of lots")
        ordering = ["pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                name="seed_is_shown_with_the_draw",
                condition=Q(drawn_at__isnull=True, seed="")
                | (Q(drawn_at__isnull=False) & ~Q(seed="") & Q(file__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.commitment[:12]}"
