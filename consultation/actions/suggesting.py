"""From what a reading has found to suggestions, kept apart from what a person has decided."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from cms.wording.grouping import Grouping

from ..enums import SuggestionState
from ..models import (
    Campaign,
    ConsultationPage,
    GroupingRun,
    GroupRefusal,
    GroupSuggestion,
    Opinion,
    SuggestedMember,
)
from .bulk import in_chunks

CHUNK = 5000
LONGEST_LABEL = 200


def suggest_anew(run: GroupingRun, opinions: list[int], found: Grouping) -> None:
    """Asked for by a person: the open suggestions anew."""
    _open_suggestions(run.consultation).delete()
    known = _Known(run.consultation)
    for group in found.groups:
        members = [opinions[row] for row in group.members]
        for target, keys in known.sorted_out(members):
            _suggest(run, group.label, group.phrases, target, keys)


def add_suggestions(run: GroupingRun, opinions: list[int], found: Grouping) -> None:
    """Asked for by nobody: what waits for a person's word stays as it is, and only grows.

    The open suggestions are held meanwhile; who decides on one decides on what he has seen.
    """
    waiting, known = _Waiting(run.consultation), _Known(run.consultation)
    for group in found.groups:
        members = [opinions[row] for row in group.members]
        for target, keys in known.sorted_out(members):
            fresh = [key for key in keys if key not in waiting.suggestion_of]
            suggestion = waiting.fitting(target, keys)
            if suggestion is None:
                suggestion = _suggest(run, group.label, group.phrases, target, fresh)
                waiting.add(suggestion)
            else:
                _add_members(suggestion, known.not_refused(fresh, suggestion.group_id))


def _open_suggestions(consultation: ConsultationPage):
    return GroupSuggestion.objects.filter(consultation=consultation, state=SuggestionState.OPEN)


def _suggest(
    run: GroupingRun, label: str, phrases: Sequence[str], target: int | None, keys: list[int]
) -> GroupSuggestion | None:
    if not keys:
        return None
    suggestion = GroupSuggestion.objects.create(
        run=run,
        consultation=run.consultation,
        group_id=target,
        label=label[:LONGEST_LABEL],
        phrases=list(phrases),
    )
    _add_members(suggestion, keys)
    return suggestion


def _add_members(suggestion: GroupSuggestion, keys: Iterable[int]) -> None:
    SuggestedMember.objects.bulk_create(
        (SuggestedMember(suggestion=suggestion, opinion_id=key) for key in keys), CHUNK
    )


class _Waiting:
    """The suggestions that wait for a person's word, and who is in which."""

    def __init__(self, consultation: ConsultationPage):
        held = _open_suggestions(consultation).select_for_update(of=("self",)).order_by("pk")
        self.open = {suggestion.pk: suggestion for suggestion in held}
        members = SuggestedMember.objects.filter(
            suggestion__consultation=consultation, suggestion__state=SuggestionState.OPEN
        )
        self.suggestion_of = dict(members.values_list("opinion", "suggestion"))
        self.for_group: dict[int, GroupSuggestion] = {}
        for suggestion in self.open.values():
            self.add(suggestion)

    def add(self, suggestion: GroupSuggestion | None) -> None:
        if suggestion and suggestion.group_id:
            self.for_group.setdefault(suggestion.group_id, suggestion)

    def fitting(self, target: int | None, keys: Collection[int]) -> GroupSuggestion | None:
        """The one for the same group, or the one that most of these wait in."""
        if target is not None:
            return self.for_group.get(target)
        here = Counter(self.suggestion_of[key] for key in keys if key in self.suggestion_of)
        return self.open[min(here, key=lambda pk: (-here[pk], pk))] if here else None


class _Known:
    """What persons have decided: who is in which group, who was kept out, what was dismissed."""

    def __init__(self, consultation: ConsultationPage):
        grouped = Opinion.objects.filter(consultation=consultation, group__isnull=False)
        self.groups = dict(grouped.values_list("pk", "group"))
        refusals = GroupRefusal.objects.filter(group__consultation=consultation)
        self.refused = set(refusals.values_list("opinion", "group"))
        dismissed = SuggestedMember.objects.filter(
            suggestion__consultation=consultation,
            suggestion__state=SuggestionState.DISMISSED,
            suggestion__group=None,
        )
        self.dismissed: dict[int, set[int]] = {}
        for key, suggestion in dismissed.values_list("opinion", "suggestion"):
            self.dismissed.setdefault(key, set()).add(suggestion)

    def sorted_out(self, members: list[int]) -> Iterable[tuple[int | None, list[int]]]:
        """What a found group may suggest: more members for the group that most of its known
        members are in, or a new group. Nothing for what persons have settled."""
        free = [key for key in members if key not in self.groups]
        if not free:
            return
        anchors = Counter(self.groups[key] for key in members if key in self.groups)
        if anchors:
            target = min(anchors, key=lambda group: (-anchors[group], group))
            if offered := self.not_refused(free, target):
                yield target, offered
        elif not self._was_dismissed(free):
            yield None, free

    def not_refused(self, keys: Iterable[int], group: int | None) -> list[int]:
        return [key for key in keys if (key, group) not in self.refused]

    def _was_dismissed(self, keys: list[int]) -> bool:
        """Whether most of these were refused together before."""
        together = Counter(s for key in keys for s in self.dismissed.get(key, ()))
        return bool(together) and max(together.values()) * 2 >= len(keys)


def keep_campaigns(consultation: ConsultationPage, opinions: list[int], found: Grouping) -> None:
    """Which texts are copies of each other; it decides nothing. A copied text that is found
    again keeps its number, and only what changed is written.
    """
    in_one = Opinion.objects.filter(consultation=consultation, campaign__isnull=False)
    had = dict(in_one.values_list("pk", "campaign"))
    gone = set(Campaign.objects.filter(consultation=consultation).values_list("pk", flat=True))
    wanted = dict.fromkeys(had)
    for rows in found.copies:
        keys = [opinions[row] for row in rows]
        before = Counter(had[key] for key in keys if had.get(key) in gone)
        if before:
            campaign = min(before, key=lambda pk: (-before[pk], pk))
            gone.remove(campaign)
        else:
            campaign = _new_campaign(consultation, keys).pk
        wanted |= dict.fromkeys(keys, campaign)
    _put_into_campaigns({key: pk for key, pk in wanted.items() if had.get(key) != pk})
    for some in in_chunks(gone):
        Campaign.objects.filter(pk__in=some).delete()


def _new_campaign(consultation: ConsultationPage, keys: list[int]) -> Campaign:
    first = Opinion.objects.values_list("text", flat=True).get(pk=min(keys))
    return Campaign.objects.create(consultation=consultation, excerpt=first[:200])


def _put_into_campaigns(wanted: dict[int, int | None]) -> None:
    """A thousand at a time, each let go again: an officer at work waits for no more than that."""
    for some in in_chunks(wanted):
        with transaction.atomic():
            rows = Opinion.objects.filter(pk__in=some).order_by("pk").only("pk")
            opinions = list(rows.select_for_update(of=("self",)))
            for opinion in opinions:
                opinion.campaign_id = wanted[opinion.pk]
            Opinion.objects.bulk_update(opinions, ["campaign"])
