"""Groups of opinions that say the same: made, named, joined, filled by a person (C10)."""

import json
from collections.abc import Collection
from datetime import datetime

from django.core.serializers import serialize
from django.db import transaction

from cms.record.actions import record

from ..enums import ChangeKind, SuggestionState
from ..models import (
    BulkChange,
    ConsultationPage,
    GroupRefusal,
    GroupSuggestion,
    Opinion,
    OpinionGroup,
)
from ..rules import GroupGone
from .bulk import change_many, in_chunks


class GroupExists(Exception):
    """Another group of the consultation has this title."""


class SuggestionDecided(Exception):
    """Somebody has said yes or no to this suggestion already."""


@transaction.atomic
def create_group(
    consultation: ConsultationPage,
    *,
    title: str,
    by,
    at: datetime,
    members: Collection[int] = (),
    phrases: Collection[str] = (),
) -> OpinionGroup:
    """A new group, with its first members. Refuses with GroupExists."""
    group, is_new = OpinionGroup.objects.get_or_create(
        consultation=consultation, title=title, defaults={"phrases": list(phrases)}
    )
    if not is_new:
        raise GroupExists
    record("consultation.group_created", group, by=by, at=at)
    if members:
        put_into_group(group, consultation, members, by=by, at=at)
    return group


@transaction.atomic
def rename_group(group: OpinionGroup, *, title: str, by, at: datetime) -> OpinionGroup:
    """Say better what the members say. Refuses with GroupExists."""
    others = OpinionGroup.objects.filter(consultation=group.consultation_id, title=title)
    if others.exclude(pk=group.pk).exists():
        raise GroupExists
    group = OpinionGroup.objects.locked(group.pk)
    if group.title != title:
        group.title = title
        group.save(update_fields=["title"])
        record("consultation.group_renamed", group, by=by, at=at)
    return group


@transaction.atomic
def put_into_group(
    group: OpinionGroup | None,
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    by,
    at: datetime,
) -> BulkChange:
    """Gather opinions that say the same; ``None`` takes them out of their group.

    A person's word lasts: what is taken out of a group is not offered to it again, and what is
    put into one may be. Raises GroupGone.
    """
    if group is not None:
        OpinionGroup.objects.locked(group.pk)
    for some in in_chunks(keys):
        _remember_where_it_was(group, consultation, some)
    target = group.pk if group else None
    return change_many(
        consultation, keys, kind=ChangeKind.GROUP, values={"group_id": target}, by=by, at=at
    )


def _remember_where_it_was(group, consultation: ConsultationPage, keys: list[int]) -> None:
    members = Opinion.objects.filter(consultation=consultation, pk__in=keys, group__isnull=False)
    if group is not None:
        members = members.exclude(group=group)
        GroupRefusal.objects.filter(group=group, opinion__in=keys).delete()
    GroupRefusal.objects.bulk_create(
        (
            GroupRefusal(opinion_id=pk, group_id=left)
            for pk, left in members.values_list("pk", "group")
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def merge_groups(
    into: OpinionGroup, others: Collection[OpinionGroup], *, by, at: datetime
) -> OpinionGroup:
    """All members into one group; its verdict stays, the other groups are no more.

    Raises GroupGone when one of them is no more already.
    """
    keys = sorted({into.pk, *(group.pk for group in others)})
    locked = {group.pk: group for group in _locked(into.consultation_id, keys)}
    if len(locked) < len(keys):
        raise GroupGone
    into = locked.pop(into.pk)
    for group in locked.values():
        members = list(group.opinions.values_list("pk", flat=True))
        group.advice.update(group=into)
        _end(group, members, into.pk, by, at)
        GroupRefusal.objects.filter(group=into, opinion__in=members).delete()
        record(
            "consultation.group_merged",
            into,
            by=by,
            at=at,
            data={"from": group.pk, "opinions": len(members)},
        )
    into.version += 1
    into.save(update_fields=["version"])
    return into


def _locked(consultation_id: int, keys: Collection[int]):
    groups = OpinionGroup.objects.filter(consultation=consultation_id, pk__in=keys)
    return groups.select_related("consultation").select_for_update(of=("self",)).order_by("pk")


@transaction.atomic
def dissolve_group(group: OpinionGroup, *, by, at: datetime) -> BulkChange:
    """The group is no more; its members stand alone again. Raises GroupGone."""
    group = OpinionGroup.objects.select_related("consultation").locked(group.pk)
    members = list(group.opinions.values_list("pk", flat=True))
    record("consultation.group_dissolved", group, by=by, at=at, data={"opinions": len(members)})
    return _end(group, members, None, by, at)


def _end(group: OpinionGroup, members: list[int], into: int | None, by, at) -> BulkChange:
    """Its members go elsewhere, and the group goes; what it was is kept for the undoing."""
    values = {"group_id": into}
    kind = ChangeKind.GROUP
    change = change_many(group.consultation, members, kind=kind, values=values, by=by, at=at)
    change.ended_group = json.loads(serialize("json", [group]))
    change.save(update_fields=["ended_group"])
    group.delete()
    return change


@transaction.atomic
def accept_suggestion(
    suggestion: GroupSuggestion,
    *,
    title: str,
    keys: Collection[int],
    by,
    at: datetime,
    into: OpinionGroup | None = None,
    seen: int | None = None,
) -> OpinionGroup:
    """A person says yes, to all of it or to the members chosen: only now is it a group.

    ``into`` (or the group it was suggested for) takes the members; otherwise a new group of this
    title. Members left out are not suggested for it again. ``seen``: the last member that the
    person has seen; those that came later wait for a word of their own. Refuses with
    SuggestionDecided and GroupExists.
    """
    suggestion = _decide(suggestion, SuggestionState.ACCEPTED, by, at)
    group = into or suggestion.group
    found = suggestion.members.filter(opinion__group=None, **_up_to(seen))
    suggested = set(found.values_list("opinion", flat=True))
    chosen = suggested & set(keys)
    if group is None:
        group = create_group(
            suggestion.consultation, title=title, by=by, at=at, phrases=suggestion.phrases
        )
    put_into_group(group, suggestion.consultation, chosen, by=by, at=at)
    _refuse(group, suggested - chosen)
    _keep_waiting(suggestion, group, seen)
    record("consultation.suggestion_accepted", group, by=by, at=at, data={"opinions": len(chosen)})
    return group


@transaction.atomic
def dismiss_suggestion(
    suggestion: GroupSuggestion, *, by, at: datetime, seen: int | None = None
) -> None:
    """A person says no; the same opinions are not suggested together again. What came for a
    group after ``seen``, the last member that the person has seen, still waits.
    """
    suggestion = _decide(suggestion, SuggestionState.DISMISSED, by, at)
    if suggestion.group is not None:
        refused = suggestion.members.filter(**_up_to(seen))
        _refuse(suggestion.group, set(refused.values_list("opinion", flat=True)))
        _keep_waiting(suggestion, suggestion.group, seen)
    record("consultation.suggestion_dismissed", suggestion, by=by, at=at)


def _decide(suggestion: GroupSuggestion, state: SuggestionState, by, at) -> GroupSuggestion:
    suggestion = GroupSuggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if suggestion.state != SuggestionState.OPEN:
        raise SuggestionDecided
    suggestion.state, suggestion.decided_by, suggestion.decided_at = state, by, at
    suggestion.save(update_fields=["state", "decided_by", "decided_at"])
    return suggestion


def _up_to(seen: int | None) -> dict:
    return {} if seen is None else {"pk__lte": seen}


def _keep_waiting(suggestion: GroupSuggestion, group: OpinionGroup, seen: int | None) -> None:
    """Members that nobody had seen when the word was given are suggested by themselves."""
    if seen is None:
        return
    unseen = suggestion.members.filter(pk__gt=seen)
    if unseen.exists():
        rest = GroupSuggestion.objects.create(
            run=suggestion.run,
            consultation=suggestion.consultation,
            group=group,
            label=suggestion.label,
            phrases=suggestion.phrases,
        )
        unseen.update(suggestion=rest)


def _refuse(group: OpinionGroup, keys: Collection[int]) -> None:
    GroupRefusal.objects.bulk_create(
        (GroupRefusal(opinion_id=key, group=group) for key in sorted(keys)), ignore_conflicts=True
    )
