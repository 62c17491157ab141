"""The work on opinions before a verdict: who does it, by when, on whose advice, how divided."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction

from cms.accounts.models import Department, User
from cms.record.actions import record

from ..enums import ChangeKind, Verdict
from ..models import (
    Advice,
    BulkChange,
    BulkChangeRow,
    ConsultationPage,
    Opinion,
    OpinionGroup,
    Tag,
)
from ..rules import MOST_POINTS, OpinionChanged
from .bulk import change_many, in_chunks


class NotTheirWork(Exception):
    """The official does not belong to the department that answers for the consultation."""


class CannotBeSplit(Exception):
    """Only a whole, undecided opinion that is not withdrawn can be divided."""


class CannotBeJoined(Exception):
    """A point has a verdict already: joined again, it would be lost."""


def assign(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    to: User | None,
    by,
    at: datetime,
) -> BulkChange:
    """Who works on these opinions; ``None``: nobody yet. Refuses with NotTheirWork."""
    if to is not None and to.department_id not in (None, consultation.department_id):
        raise NotTheirWork
    values = {"assignee_id": to.pk if to else None}
    return change_many(consultation, keys, kind=ChangeKind.ASSIGN, values=values, by=by, at=at)


def hand_over(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    to: Department | None,
    by,
    at: datetime,
) -> BulkChange:
    """Another department is asked for its advice; the verdict stays with the one that leads."""
    values = {"handed_to_id": to.pk if to else None}
    return change_many(consultation, keys, kind=ChangeKind.HAND_OVER, values=values, by=by, at=at)


def set_work_due(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    due_on: date | None,
    by,
    at: datetime,
) -> BulkChange:
    """The internal day by which these are to be worked on."""
    values = {"work_due_on": due_on}
    return change_many(consultation, keys, kind=ChangeKind.DUE, values=values, by=by, at=at)


@transaction.atomic
def tag_opinions(
    consultation: ConsultationPage, keys: Collection[int], *, name: str, by, at: datetime
) -> BulkChange:
    """Put a tag on opinions; those that have it already are left alone."""
    tag, _new = Tag.objects.get_or_create(consultation=consultation, name=name)
    change = BulkChange.objects.create(
        consultation=consultation, kind=ChangeKind.TAG, by=by, at=at
    )
    through = Opinion.tags.through
    for some in in_chunks(keys):
        chosen = Opinion.objects.filter(consultation=consultation, pk__in=some)
        untagged = chosen.exclude(tags=tag).order_by("pk")
        found = list(untagged.values_list("pk", "version"))
        through.objects.bulk_create(
            (through(opinion_id=pk, tag_id=tag.pk) for pk, _version in found),
            ignore_conflicts=True,
        )
        BulkChangeRow.objects.bulk_create(
            BulkChangeRow(
                change=change, opinion_id=pk, before={"tag": tag.pk}, version_after=version
            )
            for pk, version in found
        )
        change.count += len(found)
    change.save(update_fields=["count"])
    record(
        "consultation.opinions_tagged",
        consultation,
        by=by,
        at=at,
        data={"tag": tag.pk, "count": change.count, "change": change.pk},
    )
    return change


@transaction.atomic
def untag_opinion(opinion: Opinion, tag: Tag, *, by, at: datetime) -> None:
    opinion.tags.remove(tag)
    record("consultation.opinion_untagged", opinion, by=by, at=at, data={"tag": tag.pk})


@transaction.atomic
def advise(
    subject: Opinion | OpinionGroup,
    *,
    text: str,
    verdict: Verdict | str = "",
    by,
    at: datetime,
) -> Advice:
    """Say what one would do, and leave the verdict to who gives it."""
    about = "group" if isinstance(subject, OpinionGroup) else "opinion"
    advice = Advice.objects.create(
        **{about: subject}, text=text, verdict=verdict, by=by, given_at=at
    )
    record("consultation.advice_given", subject, by=by, at=at, data={"advice": advice.pk})
    return advice


@transaction.atomic
def split_opinion(
    opinion: Opinion, texts: Sequence[str], *, seen_version: int, by, at: datetime
) -> list[Opinion]:
    """Divide an opinion into points, each with its own verdict; the whole stays as it was sent.

    Refuses with CannotBeSplit, and with OpinionChanged when it is not as seen.
    """
    whole = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if whole.version != seen_version:
        raise OpinionChanged
    texts = [text.strip() for text in texts if text.strip()]
    if not 2 <= len(texts) <= MOST_POINTS or not _can_be_split(whole):
        raise CannotBeSplit
    points = [_point(whole, number, text) for number, text in enumerate(texts, start=1)]
    Opinion.objects.bulk_create(points)
    for point in points:
        point.tags.set(whole.tags.all())
    whole.verdict, whole.group, whole.decided_at = Verdict.SPLIT, None, at
    whole.version += 1
    whole.save(update_fields=["verdict", "group", "decided_at", "version"])
    record("consultation.opinion_split", whole, by=by, at=at, data={"points": len(points)})
    return points


def _can_be_split(whole: Opinion) -> bool:
    return (
        whole.part_of_id is None
        and whole.withdrawn_at is None
        and whole.verdict == Verdict.PENDING
    )


def _point(whole: Opinion, number: int, text: str) -> Opinion:
    return Opinion(
        consultation_id=whole.consultation_id,
        part_of=whole,
        part_number=number,
        person=whole.person,
        draft_version_id=whole.draft_version_id,
        article_key=whole.article_key,
        article_label=whole.article_label,
        text=text,
        identity=whole.identity,
        channel=whole.channel,
        language=whole.language,
        received_at=whole.received_at,
        entered_by_id=whole.entered_by_id,
        batch_id=whole.batch_id,
        group_id=whole.group_id,
        assignee_id=whole.assignee_id,
        handed_to_id=whole.handed_to_id,
        work_due_on=whole.work_due_on,
    )


@transaction.atomic
def join_points(opinion: Opinion, *, seen_version: int, by, at: datetime) -> Opinion:
    """The points are one opinion again, while none of them has a verdict. Refuses with
    CannotBeJoined, and with OpinionChanged when it is not as seen.
    """
    whole = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if whole.version != seen_version:
        raise OpinionChanged
    points = list(whole.parts.select_for_update(of=("self",)).order_by("pk"))
    if not points or any(point.verdict != Verdict.PENDING for point in points):
        raise CannotBeJoined
    Opinion.objects.filter(pk__in=[point.pk for point in points]).delete()
    whole.verdict, whole.decided_at = Verdict.PENDING, None
    whole.version += 1
    whole.save(update_fields=["verdict", "decided_at", "version"])
    record("consultation.points_joined", whole, by=by, at=at, data={"points": len(points)})
    return whole


@transaction.atomic
def assign_group(group: OpinionGroup, *, to: User | None, by, at: datetime) -> None:
    """Who answers for a group; ``None``: nobody yet. Refuses with NotTheirWork."""
    if to is not None and to.department_id not in (None, group.consultation.department_id):
        raise NotTheirWork
    OpinionGroup.objects.filter(pk=group.pk).update(assignee=to)
    assignee = to.pk if to else None
    record("consultation.group_assigned", group, by=by, at=at, data={"assignee": assignee})
