"""One action on many opinions: locked in one order, and kept as they were, to be undone."""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.core.serializers import deserialize
from django.db import transaction
from django.db.models import F, Q
from django.utils.dateparse import parse_date, parse_datetime

from cms.record.actions import record

from ..enums import ChangeKind
from ..models import (
    BulkChange,
    BulkChangeRow,
    ConsultationPage,
    GroupRefusal,
    Opinion,
    OpinionGroup,
)

CHUNK = 1000
# What each kind of action may change of an opinion, and undoing puts back.
FIELDS = {
    ChangeKind.VERDICT: (
        "verdict",
        "verdict_reason",
        "changed_articles",
        "decided_by_id",
        "decided_at",
    ),
    ChangeKind.GROUP: ("group_id",),
    ChangeKind.ASSIGN: ("assignee_id",),
    ChangeKind.HAND_OVER: ("handed_to_id",),
    ChangeKind.DUE: ("work_due_on",),
    ChangeKind.TAG: (),
}
VERBS = {
    ChangeKind.VERDICT: "consultation.opinions_decided",
    ChangeKind.GROUP: "consultation.opinions_grouped",
    ChangeKind.ASSIGN: "consultation.opinions_assigned",
    ChangeKind.HAND_OVER: "consultation.opinions_handed_over",
    ChangeKind.DUE: "consultation.opinions_work_due_set",
}


class AlreadyUndone(Exception):
    """A bulk action is undone once."""


def in_chunks(keys: Collection[int]) -> Iterator[list[int]]:
    """Ascending, so that two offices never wait for each other; no statement without end."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@transaction.atomic
def change_many(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    kind: ChangeKind,
    values: dict,
    by,
    at: datetime,
    only: Q | None = None,
    result: str = "done",
) -> BulkChange:
    """Set the same values on many opinions of one consultation; how each was is kept.

    ``values``: field → value, of ``FIELDS[kind]``. What is withdrawn or divided is left alone,
    and what does not fit ``only``. The number changed is the ``count`` of what is returned.
    """
    change = BulkChange.objects.create(consultation=consultation, kind=kind, by=by, at=at)
    for some in in_chunks(keys):
        chosen = Opinion.objects.filter(consultation=consultation, pk__in=some).counted()
        if only is not None:
            chosen = chosen.filter(only)
        rows = _remember(change, chosen.select_for_update(of=("self",)).order_by("pk"), kind)
        locked = [row.opinion_id for row in rows]
        Opinion.objects.filter(pk__in=locked).update(**values, version=F("version") + 1)
        change.count += len(locked)
        record(
            VERBS[kind],
            consultation,
            by=by,
            at=at,
            result=result,
            data={"opinions": locked, "change": change.pk},
        )
    change.save(update_fields=["count"])
    return change


def _remember(change: BulkChange, opinions, kind: ChangeKind) -> list[BulkChangeRow]:
    found = opinions.values("pk", "version", *FIELDS[kind])
    rows = [
        BulkChangeRow(
            change=change,
            opinion_id=row.pop("pk"),
            version_after=row.pop("version") + 1,
            before={name: _plain(value) for name, value in row.items()},
        )
        for row in found
    ]
    return BulkChangeRow.objects.bulk_create(rows)


def _plain(value):
    return value.isoformat() if isinstance(value, date | datetime) else value


@transaction.atomic
def undo_change(change: BulkChange, *, by, at: datetime) -> tuple[int, int]:
    """Put every opinion back as it was; how many were, and how many were left alone because
    somebody has worked on them since. Refuses with AlreadyUndone.
    """
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise AlreadyUndone
    change.undone_by, change.undone_at = by, at
    change.save(update_fields=["undone_by", "undone_at"])
    _set_up_again(change)
    put_back = _untag if change.kind == ChangeKind.TAG else _put_back
    undone = sum(put_back(change, some) for some in in_chunks(_keys_of(change)))
    record(
        "consultation.bulk_undone",
        change.consultation,
        by=by,
        at=at,
        data={"change": change.pk, "opinions": undone},
    )
    return undone, change.count - undone


def _set_up_again(change: BulkChange) -> None:
    """The group that this change ended, unless another has taken its name since."""
    for kept in deserialize("json", json.dumps(change.ended_group or [])):
        groups = OpinionGroup.objects.filter(consultation=change.consultation_id)
        if not groups.filter(title=kept.object.title).exists():
            kept.object.version += 1
            kept.save()


def _keys_of(change: BulkChange) -> list[int]:
    return list(change.rows.values_list("opinion_id", flat=True))


def _untag(change: BulkChange, keys: list[int]) -> int:
    rows = change.rows.filter(opinion__in=keys)
    tags = {row.before["tag"] for row in rows}
    tagged = Opinion.tags.through.objects.filter(opinion__in=keys, tag__in=tags)
    return tagged.delete()[0]


def _put_back(change: BulkChange, keys: list[int]) -> int:
    rows = {row.opinion_id: row for row in change.rows.filter(opinion__in=keys)}
    locked = Opinion.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    untouched = [
        key
        for key, version in locked.values_list("pk", "version")
        if version == rows[key].version_after
    ]
    standing = _standing_groups(rows[key].before.get("group_id") for key in untouched)
    untouched = [key for key in untouched if rows[key].before.get("group_id") in standing]
    for before, some in _alike(rows[key] for key in untouched):
        Opinion.objects.filter(pk__in=some).update(**before, version=F("version") + 1)
        if before.get("group_id"):
            GroupRefusal.objects.filter(group=before["group_id"], opinion__in=some).delete()
    return len(untouched)


def _standing_groups(keys: Iterable[int | None]) -> set[int | None]:
    """Of these groups, those that are still there; None always is."""
    groups = OpinionGroup.objects.filter(pk__in={key for key in keys if key})
    return {None, *groups.select_for_update(of=("self",)).values_list("pk", flat=True)}


def _alike(rows: Iterable[BulkChangeRow]) -> Iterator[tuple[dict, list[int]]]:
    """The rows that were the same before, so that one statement puts them back."""
    together: dict[str, tuple[dict, list[int]]] = {}
    for row in rows:
        together.setdefault(repr(sorted(row.before.items())), (row.before, []))[1].append(
            row.opinion_id
        )
    for before, keys in together.values():
        yield {name: _typed(name, value) for name, value in before.items()}, keys


def _typed(name: str, value):
    if name == "decided_at" and value:
        return parse_datetime(value)
    if name == "work_due_on" and value:
        return parse_date(value)
    return value
