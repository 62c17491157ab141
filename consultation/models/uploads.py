"""A file too large for one request: kept in private, until a worker has done with it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import partial

from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SILENT_FOR = timedelta(minutes=3)  # a worker that says nothing for so long is dead


def private_storage():
    return storages["private"]


def random_name(upload, filename: str) -> str:
    """Nothing that was typed elsewhere becomes a path."""
    return f"imports/{secrets.token_hex(16)}"


class UploadQuerySet(models.QuerySet):
    def free(self, at: datetime):
        """No worker has them yet, or it has died over them."""
        return self.filter(Q(alive_at=None) | Q(alive_at__lte=at - SILENT_FOR))

    def left_behind(self, at: datetime):
        """Free for so long that nobody will come without being called (again)."""
        return self.free(at).filter(uploaded_at__lte=at - SILENT_FOR)


class Upload(models.Model):
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=random_name, blank=True, editable=False
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    alive_at = models.DateTimeField(_("last sign of life"), null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    def keep(self, file) -> None:
        """Takes the file in, under its name and with its SHA-256, and saves."""
        digest = hashlib.sha256()
        for block in file.chunks():
            digest.update(block)
        file.seek(0)
        self.file_name, self.sha256 = file.name[-255:], digest.hexdigest()
        self.file.save("upload", file, save=False)
        self.save()

    def drop_file(self) -> None:
        """It may hold names in clear: it goes when the transaction ends; its SHA-256 stays."""
        if self.file:
            transaction.on_commit(partial(self.file.storage.delete, self.file.name))

    def is_silent(self, at: datetime) -> bool:
        """Its worker is dead."""
        return self.alive_at is not None and self.alive_at <= at - SILENT_FOR
