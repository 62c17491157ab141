import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import WITH_A_WORKER, Channel, ImportState
from .consultations import ConsultationPage

SILENT_FOR = timedelta(minutes=3)  # a worker that says nothing for so long is dead


def private_storage():
    return storages["private"]


def random_name(batch, filename: str) -> str:
    """Nothing that was typed elsewhere becomes a path."""
    return f"imports/{secrets.token_hex(16)}"


class ImportBatch(models.Model):
    """A file of opinions from another channel: checked first, imported whole or not at all."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="import_batches"
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(default=b"")
    # A large file is kept here instead, and read by a worker, row by row.
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=random_name, blank=True, editable=False
    )
    encoding = models.CharField(_("encoding"), max_length=10, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    checked_rows = models.PositiveIntegerField(_("rows checked"), default=0)
    done_rows = models.PositiveIntegerField(_("rows imported"), default=0)
    alive_at = models.DateTimeField(_("last sign of life"), null=True)
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

    @property
    def is_large(self) -> bool:
        return bool(self.file)

    @property
    def is_with_a_worker(self) -> bool:
        return self.state in WITH_A_WORKER

    def is_stopped(self, at: datetime) -> bool:
        """Part-way, and nobody goes on: something is wrong with a row, or the worker is dead."""
        is_silent = self.alive_at is not None and self.alive_at <= at - SILENT_FOR
        is_left = self.state == ImportState.RUNNING and is_silent
        return self.done_rows > 0 and (self.state == ImportState.CHECKED or is_left)
