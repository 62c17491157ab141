from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Channel, ImportState
from .consultations import ConsultationPage


class ImportBatch(models.Model):
    """A file of opinions from another channel: checked first, imported whole or not at all."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="import_batches"
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    channel = models.CharField(_("way"), max_length=16, choices=Channel)
    source = models.CharField(_("source and licence"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ImportState)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    faults = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    imported_at = models.DateTimeField(_("imported at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
