"""Encrypts every private column again with the current key, so that an old key can be retired."""

from collections.abc import Iterator

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from cms.accounts.private import FORMAT, EncryptedTextField, current_key_id

BATCH = 500


class Command(BaseCommand):
    help = "Encrypts every private column again with the first key of DATA_KEY."

    def handle(self, **options):
        for field in encrypted_fields():
            count = rotate(field)
            self.stdout.write(
                _("%(column)s: %(count)d rows encrypted again")
                % {"column": field.column_label, "count": count}
            )


def encrypted_fields() -> Iterator[EncryptedTextField]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield field


def rotate(field: EncryptedTextField) -> int:
    """The number of rows changed. Can be stopped and started again at any time."""
    rows = _rows_under_other_keys(field)
    count, last = 0, None
    while batch := list((rows.filter(pk__gt=last) if last is not None else rows)[:BATCH]):
        with transaction.atomic():
            count += sum(_encrypt_again(field, row) for row in batch)
        last = batch[-1].pk
    return count


def _rows_under_other_keys(field: EncryptedTextField) -> models.QuerySet:
    return (
        field.model._base_manager.annotate(stored=Cast(field.name, models.TextField()))
        .exclude(stored__startswith=f"{FORMAT}:{current_key_id()}:")
        .exclude(stored="")
        .filter(stored__isnull=False)
        .order_by("pk")
    )


def _encrypt_again(field: EncryptedTextField, row: models.Model) -> int:
    """Compares and sets, so that a value saved meanwhile is not overwritten with the old one."""
    values = {field.name: getattr(row, field.name)}
    if hasattr(row, "blind_index_values"):
        values |= row.blind_index_values()
    return _rows_under_other_keys(field).filter(pk=row.pk, stored=row.stored).update(**values)
