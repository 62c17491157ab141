"""An import that stands still part-way: it goes on where it was, or what it brought is taken back
(C12). What somebody has worked on is never taken back.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.intake.models import Attachment, Receipt, ServiceRating
from cms.record.actions import record

from ..enums import ImportState, SuggestionState, Verdict
from ..models import (
    Advice,
    AnnexRow,
    BulkChangeRow,
    CityRow,
    GroupRefusal,
    GroupSuggestion,
    ImportBatch,
    Opinion,
    OpinionAddition,
)
from .bulk import in_chunks


class NotStopped(Exception):
    """This import is not part-way, or a worker is at it."""


class WorkedOn(Exception):
    """Somebody has worked on opinions of this import: it is not taken back."""


@transaction.atomic
def resume_import(batch: ImportBatch, *, by, at: datetime) -> None:
    """Go on behind the last row that was written. Refuses with NotStopped."""
    batch = _stopped(batch, at)
    batch.state, batch.alive_at = ImportState.RUNNING, None
    batch.save(update_fields=["state", "alive_at"])
    record("consultation.import_resumed", batch, by=by, at=at, data={"rows": batch.done_rows})


@transaction.atomic
def ask_to_take_back(batch: ImportBatch, *, by, at: datetime) -> None:
    """Let a worker take back all that this import brought. Refuses with NotStopped, WorkedOn."""
    batch = _stopped(batch, at)
    if worked_on(batch).exists():
        raise WorkedOn
    batch.state, batch.alive_at = ImportState.TAKING_BACK, None
    batch.save(update_fields=["state", "alive_at"])
    data = {"rows": batch.done_rows, "sha256": batch.sha256}
    record("consultation.import_discarding_asked_for", batch, by=by, at=at, data=data)


def _stopped(batch: ImportBatch, at: datetime) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not batch.is_stopped(at):
        raise NotStopped
    return batch


def worked_on(batch: ImportBatch) -> QuerySet[Opinion]:
    """The opinions of an import that anybody did anything about."""
    return Opinion.objects.filter(batch=batch).filter(_TOUCHED | _spoken_of()).order_by("pk")


_TOUCHED = (
    Q(version__gt=1)
    | ~Q(verdict=Verdict.PENDING)
    | Q(group__isnull=False)
    | Q(assignee__isnull=False)
    | Q(handed_to__isnull=False)
    | Q(work_due_on__isnull=False)
    | Q(decided_at__isnull=False)
    | Q(withdrawn_at__isnull=False)
)


def _spoken_of() -> Q:
    """Rows of other tables that a person brought about."""
    about = {
        "opinion": (
            Advice,
            OpinionAddition,
            GroupRefusal,
            AnnexRow,
            BulkChangeRow,
            CityRow,
        ),
        "part_of": (Opinion,),
    }
    found = Q(Exists(Opinion.tags.through.objects.filter(opinion=OuterRef("pk"))))
    for name, models in about.items():
        for model in models:
            found |= Q(Exists(model.objects.filter(**{name: OuterRef("pk")})))
    for model in (Attachment, ServiceRating):
        found |= Q(Exists(model.objects.filter(receipt=OuterRef("receipt"))))
    return found


def take_back(batch: ImportBatch, at: datetime) -> None:
    """All of it in one transaction, each opinion held before it is looked at and deleted; what
    somebody worked on meanwhile stops it, and everything is as it was.
    """
    try:
        with transaction.atomic():
            wanted = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.TAKING_BACK)
            if held := wanted.select_for_update().first():
                _take_back_all(held, at)
    except WorkedOn:
        stopped = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.TAKING_BACK)
        stopped.update(state=ImportState.CHECKED, alive_at=None)
        record("consultation.import_discarded", batch, at=at, result="worked_on")


def _take_back_all(batch: ImportBatch, at: datetime) -> None:
    opinions = Opinion.objects.filter(batch=batch)
    keys = list(opinions.values_list("pk", flat=True))
    for some in in_chunks(keys):
        _take_back_some(batch, some)
    GroupSuggestion.objects.filter(
        consultation=batch.consultation_id, state=SuggestionState.OPEN, members=None
    ).delete()
    data = {"rows": len(keys), "sha256": batch.sha256}
    record("consultation.import_discarded", batch, at=at, data=data)
    batch.drop_file()
    batch.delete()


def _take_back_some(batch: ImportBatch, keys: list[int]) -> None:
    opinions = Opinion.objects.filter(pk__in=keys)
    held = opinions.select_for_update(of=("self",)).order_by("pk")
    receipts = [receipt for receipt in held.values_list("receipt", flat=True) if receipt]
    if worked_on(batch).filter(pk__in=keys).exists():
        raise WorkedOn
    opinions.delete()
    Receipt.objects.filter(pk__in=receipts).delete()
