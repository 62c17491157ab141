"""What becomes of opinions: one verdict with its reason, given to one, to many, to a group."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cms.record.actions import record

from ..enums import ChangeKind, Verdict
from ..models import BulkChange, ConsultationPage, Opinion, OpinionGroup
from ..rules import (
    GroupChanged,
    OpinionChanged,
    VerdictNeedsReason,
    may_countersign,
    verdict_is_complete,
)
from .bulk import change_many


class NotASecondPerson(Exception):
    """Whoever gave the verdict does not countersign it."""


class NothingToCountersign(Exception):
    """A group without a verdict needs no second signature yet."""


@transaction.atomic
def decide_opinion(
    opinion: Opinion,
    *,
    verdict: Verdict,
    reason: str,
    seen_version: int,
    by,
    at: datetime,
    changed_articles: Sequence[str] = (),
) -> Opinion:
    """Give one opinion its verdict (rulebook A4). Raises OpinionChanged when it is not as seen.

    ``changed_articles``: keys of the articles that were changed because of it.
    """
    _check_verdict(verdict, reason)
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if opinion.version != seen_version or opinion.withdrawn_at is not None or opinion.is_split:
        raise OpinionChanged
    before = opinion.verdict
    opinion.verdict, opinion.verdict_reason = verdict, reason.strip()
    opinion.changed_articles = list(changed_articles)
    opinion.decided_by, opinion.decided_at = by, at
    opinion.version += 1
    opinion.save(
        update_fields=[
            "verdict",
            "verdict_reason",
            "changed_articles",
            "decided_by",
            "decided_at",
            "version",
        ]
    )
    record(
        "consultation.opinion_decided",
        opinion,
        by=by,
        at=at,
        result=verdict,
        data={"before": before},
    )
    return opinion


def decide_opinions(
    consultation: ConsultationPage,
    keys: Collection[int],
    *,
    verdict: Verdict,
    reason: str,
    by,
    at: datetime,
    changed_articles: Sequence[str] = (),
    only: Q | None = None,
) -> BulkChange:
    """One verdict and one reason for many opinions; withdrawn ones are left alone."""
    _check_verdict(verdict, reason)
    values = {
        "verdict": verdict,
        "verdict_reason": reason.strip(),
        "changed_articles": list(changed_articles),
        "decided_by_id": by.pk if by else None,
        "decided_at": at,
    }
    return change_many(
        consultation,
        keys,
        kind=ChangeKind.VERDICT,
        values=values,
        by=by,
        at=at,
        only=only,
        result=verdict,
    )


def _check_verdict(verdict: Verdict, reason: str) -> None:
    if not verdict_is_complete(verdict, reason):
        raise VerdictNeedsReason


@transaction.atomic
def decide_group(
    group: OpinionGroup,
    *,
    verdict: Verdict,
    reason: str,
    by,
    at: datetime,
    changed_articles: Sequence[str] = (),
    seen_version: int | None = None,
) -> OpinionGroup:
    """The common verdict of a group, with the reason that its members share.

    Another verdict or reason than the one countersigned needs a new second signature. Raises
    GroupChanged when the group is not as seen.
    """
    _check_verdict(verdict, reason)
    group = OpinionGroup.objects.locked(group.pk)
    if seen_version is not None and group.version != seen_version:
        raise GroupChanged
    if (verdict, reason.strip()) != (group.verdict, group.reason) or by == group.countersigned_by:
        group.countersigned_by = group.countersigned_at = None
    group.verdict, group.reason = verdict, reason.strip()
    group.changed_articles = list(changed_articles)
    group.decided_by, group.decided_at = by, at
    group.version += 1
    group.save()
    record("consultation.group_decided", group, by=by, at=at, result=verdict)
    return group


@transaction.atomic
def countersign_group(group: OpinionGroup, *, by, at: datetime, seen_version: int) -> OpinionGroup:
    """The second signature on what is not adopted, by a second person.

    Refuses with NotASecondPerson, NothingToCountersign, or GroupChanged when it is not as seen.
    """
    group = OpinionGroup.objects.locked(group.pk)
    if group.version != seen_version:
        raise GroupChanged
    if group.verdict == Verdict.PENDING:
        raise NothingToCountersign
    if not may_countersign(by.pk, group.decided_by_id):
        raise NotASecondPerson
    group.countersigned_by, group.countersigned_at = by, at
    group.version += 1
    group.save(update_fields=["countersigned_by", "countersigned_at", "version"])
    record("consultation.group_countersigned", group, by=by, at=at, result=group.verdict)
    return group


def answer_group(
    group: OpinionGroup,
    *,
    verdict: Verdict,
    reason: str,
    to_members: str,
    by,
    at: datetime,
    changed_articles: Sequence[str] = (),
    seen_version: int | None = None,
) -> BulkChange | None:
    """The verdict of a group, given to its members as well; what that changed.

    ``to_members`` is "none", "undecided" (those without a verdict) or "all".
    """
    with transaction.atomic():
        said = {"verdict": verdict, "reason": reason, "changed_articles": changed_articles}
        group = decide_group(group, **said, by=by, at=at, seen_version=seen_version)
        if to_members == "none":
            return None
        keys = list(group.opinions.counted().values_list("pk", flat=True))
        only = Q(verdict=Verdict.PENDING) if to_members == "undecided" else None
        return decide_opinions(group.consultation, keys, **said, by=by, at=at, only=only)
