import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department

from ..enums import TAKING_OVER, WITH_A_WORKER, Channel, ImportState, TakeOverState
from .consultations import ConsultationPage
from .decisions import DecisionCataloguePage

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


class TakeOver(models.Model):
    """An exchange file too large for one request: kept until a worker has taken it over whole, or
    refused it."""

    file = models.FileField(storage=private_storage, upload_to=random_name, blank=True)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    catalogue = models.ForeignKey(
        DecisionCataloguePage, on_delete=models.CASCADE, related_name="+"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(
        _("state"), max_length=10, choices=TakeOverState, default=TakeOverState.WAITING
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    alive_at = models.DateTimeField(null=True)
    done_lines = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    # Why it was refused: the code of ExchangeUnreadable, where, and what more there is to say.
    code = models.CharField(max_length=30, blank=True)
    line = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=500, blank=True)
    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("consultation taken over")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_over(self) -> bool:
        return self.state not in TAKING_OVER
