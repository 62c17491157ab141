"""Groups of opinions that say the same: made, named, and answered with their members (C10)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cms.record.actions import record

from ..enums import Verdict
from ..models import ConsultationPage, OpinionGroup
from .opinions import decide_group, decide_opinions, put_into_group


class GroupExists(Exception):
    """Another group of the consultation has this title."""


@transaction.atomic
def create_group(
    consultation: ConsultationPage,
    *,
    title: str,
    by,
    at: datetime,
    members: Collection[int] = (),
) -> OpinionGroup:
    """A new group, with its first members. Refuses with GroupExists."""
    group, is_new = OpinionGroup.objects.get_or_create(consultation=consultation, title=title)
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
    group = OpinionGroup.objects.select_for_update().get(pk=group.pk)
    if group.title != title:
        group.title = title
        group.save(update_fields=["title"])
        record("consultation.group_renamed", group, by=by, at=at)
    return group


@transaction.atomic
def answer_group(
    group: OpinionGroup,
    *,
    verdict: Verdict,
    reason: str,
    changed_articles: str,
    to_members: str,
    by,
    at: datetime,
) -> int:
    """The verdict of a group, given to its members as well; how many of them took it.

    ``to_members`` is "none", "undecided" (those without a verdict) or "all".
    """
    group = decide_group(
        group, verdict=verdict, reason=reason, changed_articles=changed_articles, by=by, at=at
    )
    if to_members == "none":
        return 0
    members = group.opinions.counted() if to_members == "all" else group.opinions.undecided()
    keys = list(members.values_list("pk", flat=True))
    return decide_opinions(group.consultation, keys, verdict=verdict, reason=reason, by=by, at=at)
