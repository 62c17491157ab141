from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department

from ..enums import TAKING_OVER, WITH_A_WORKER, Channel, ImportState, TakeOverState
from .consultations import ConsultationPage
from .decisions import DecisionCataloguePage
from .uploads import Upload


class ImportBatch(Upload):
    """A file of opinions from another channel: checked first, imported whole or not at all.

    A small one is its content; a large one is kept as a file, and read by a worker row by row.
    """

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="import_batches"
    )
    content = models.BinaryField(default=b"")
    encoding = models.CharField(_("encoding"), max_length=10, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    checked_rows = models.PositiveIntegerField(_("rows checked"), default=0)
    done_rows = models.PositiveIntegerField(_("rows imported"), default=0)
    mapping = models.JSONField(default=dict)
    channel = models.CharField(_("way"), max_length=16, choices=Channel)
    source = models.CharField(_("source and licence"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ImportState)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    faults = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    imported_at = models.DateTimeField(_("imported at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at"]

    @property
    def is_large(self) -> bool:
        return bool(self.file)

    @property
    def is_with_a_worker(self) -> bool:
        return self.state in WITH_A_WORKER

    def is_stopped(self, at: datetime) -> bool:
        """Part-way, and nobody goes on: something is wrong with a row, or the worker is dead."""
        is_left = self.state == ImportState.RUNNING and self.is_silent(at)
        return self.done_rows > 0 and (self.state == ImportState.CHECKED or is_left)


class TakeOver(Upload):
    """An exchange file too large for one request: kept until a worker has taken it over whole, or
    refused it."""

    catalogue = models.ForeignKey(
        DecisionCataloguePage, on_delete=models.CASCADE, related_name="+"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TakeOverState, default=TakeOverState.WAITING
    )
    attempt = models.PositiveSmallIntegerField(default=0)
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

    @property
    def is_over(self) -> bool:
        return self.state not in TAKING_OVER
