"""Reading all opinions for what they have in common: asked for, done off the web, kept apart from
what a person has decided."""

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.record.actions import record
from cms.wording.grouping import Grouping, GroupingStopped

from ..enums import UNFINISHED, RunState, SuggestionState
from ..models import (
    Campaign,
    ConsultationPage,
    GroupingRun,
    GroupRefusal,
    GroupSuggestion,
    Opinion,
    SuggestedMember,
)
from ..suggesters import Suggester, chosen_suggester

CHUNK = 5000
LONGEST_LABEL = 200
SILENT_FOR = timedelta(minutes=3)  # a run that says nothing for so long has lost its worker
SIGN_OF_LIFE = timedelta(seconds=1)


class AlreadyReading(Exception):
    """A run of the grouping is waiting or under way."""


def ask_for_groups(consultation: ConsultationPage, *, by, at: datetime) -> GroupingRun:
    """Have all opinions of a consultation read. Refuses with AlreadyReading."""
    try:
        with transaction.atomic():
            run = GroupingRun.objects.create(
                consultation=consultation,
                suggester=str(chosen_suggester().title),
                started_by=by,
                created_at=at,
                alive_at=at,
            )
            record("consultation.grouping_asked_for", run, by=by, at=at)
    except IntegrityError as error:
        raise AlreadyReading from error
    return run


@transaction.atomic
def cancel_grouping(run: GroupingRun, *, by, at: datetime) -> None:
    """Stop a run: one that waits at once, one under way within seconds."""
    unfinished = GroupingRun.objects.filter(pk=run.pk, state__in=UNFINISHED)
    if not unfinished.update(cancel_asked=True):
        return
    waiting = GroupingRun.objects.filter(pk=run.pk, state=RunState.QUEUED)
    waiting.update(state=RunState.CANCELLED, finished_at=at)
    record("consultation.grouping_cancelled", run, by=by, at=at)


def runs_left_behind(at: datetime) -> list[int]:
    """Runs that wait, or whose worker has died over them: to be taken up (again)."""
    waiting = GroupingRun.objects.filter(state__in=UNFINISHED, alive_at__lte=at - SILENT_FOR)
    return list(waiting.values_list("pk", flat=True))


def read_for_groups(key: int, *, at: datetime, suggester: Suggester | None = None) -> bool:
    """Do the run, or go on with it where a worker that died had come to. False when another
    worker has it, or it is over.
    """
    if not _take(key, at):
        return False
    run = GroupingRun.objects.select_related("consultation").get(pk=key)
    watch, workdir = _Watch(run), _workdir(run)
    try:
        opinions, texts = _texts_of(run.consultation)
        found = (suggester or chosen_suggester()).suggest(
            texts, progress=watch.progress, should_stop=watch.should_stop, workdir=workdir
        )
        watch.progress("suggest", 0, 1)
        _keep(run, opinions, found)
    except GroupingStopped:
        _finish(run, RunState.CANCELLED)
    except Exception as error:
        _finish(run, RunState.FAILED, error=type(error).__name__)
        raise
    shutil.rmtree(workdir, ignore_errors=True)
    return True


def _take(key: int, at: datetime) -> bool:
    """This worker's alone: waiting, or silent for long."""
    run = GroupingRun.objects.filter(pk=key, cancel_asked=False)
    fresh = run.filter(state=RunState.QUEUED)
    silent = run.filter(state=RunState.RUNNING, alive_at__lte=at - SILENT_FOR)
    values = {"state": RunState.RUNNING, "alive_at": at}
    return bool(fresh.update(**values) or silent.update(**values))


def _workdir(run: GroupingRun) -> Path:
    folder = Path(settings.JIANYAN_WORK_ROOT) / "grouping" / str(run.pk)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _texts_of(consultation: ConsultationPage) -> tuple[list[int], list[str]]:
    rows = Opinion.objects.filter(consultation=consultation).counted().order_by("pk")
    keys, texts = [], []
    for key, text in rows.values_list("pk", "text").iterator(chunk_size=CHUNK):
        keys.append(key)
        texts.append(text)
    return keys, texts


class _Watch:
    """Shows how far a run is, and hears whether it is to stop; asks the database once a second."""

    def __init__(self, run: GroupingRun):
        self.run = run
        self.next_look = timezone.now()
        self.stop = False

    def progress(self, stage: str, done: int, total: int) -> None:
        if timezone.now() >= self.next_look or stage != self.run.stage:
            self.run.stage = stage
            self._look(stage=stage, done=done, total=total)

    def should_stop(self) -> bool:
        if timezone.now() >= self.next_look:
            self._look()
        return self.stop

    def _look(self, **values) -> None:
        now = timezone.now()
        self.next_look = now + SIGN_OF_LIFE
        runs = GroupingRun.objects.filter(pk=self.run.pk)
        runs.update(alive_at=now, **values)
        self.stop = runs.filter(cancel_asked=False).count() == 0


@transaction.atomic
def _keep(run: GroupingRun, opinions: list[int], found: Grouping) -> None:
    """The open suggestions anew; nothing that a person has decided is touched."""
    consultation = run.consultation
    _keep_campaigns(consultation, opinions, found)
    open_ones = GroupSuggestion.objects.filter(
        consultation=consultation, state=SuggestionState.OPEN
    )
    open_ones.delete()
    known = _Known(consultation)
    for group in found.groups:
        members = [opinions[row] for row in group.members]
        for target, keys in known.sorted_out(members):
            _suggest(run, group.label, group.phrases, target, keys)
    run.texts = len(opinions)
    _finish(run, RunState.DONE)


def _suggest(run, label: str, phrases: Sequence[str], target: int | None, keys: list[int]) -> None:
    suggestion = GroupSuggestion.objects.create(
        run=run,
        consultation=run.consultation,
        group_id=target,
        label=label[:LONGEST_LABEL],
        phrases=list(phrases),
    )
    SuggestedMember.objects.bulk_create(
        (SuggestedMember(suggestion=suggestion, opinion_id=key) for key in keys), CHUNK
    )


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
            offered = [key for key in free if (key, target) not in self.refused]
            if offered:
                yield target, offered
        elif not self._was_dismissed(free):
            yield None, free

    def _was_dismissed(self, keys: list[int]) -> bool:
        """Whether most of these were refused together before."""
        together = Counter(s for key in keys for s in self.dismissed.get(key, ()))
        return bool(together) and max(together.values()) * 2 >= len(keys)


def _keep_campaigns(consultation: ConsultationPage, opinions: list[int], found: Grouping) -> None:
    """Which texts are copies of each other, found anew each time; it decides nothing."""
    Opinion.objects.filter(consultation=consultation, campaign__isnull=False).update(campaign=None)
    Campaign.objects.filter(consultation=consultation).delete()
    for rows in found.copies:
        keys = [opinions[row] for row in rows]
        first = Opinion.objects.values_list("text", flat=True).get(pk=min(keys))
        campaign = Campaign.objects.create(consultation=consultation, excerpt=first[:200])
        for start in range(0, len(keys), CHUNK):
            Opinion.objects.filter(pk__in=keys[start : start + CHUNK]).update(campaign=campaign)


def _finish(run: GroupingRun, state: RunState, error: str = "") -> None:
    now = timezone.now()
    run.state, run.finished_at, run.error = state, now, error
    run.save(update_fields=["state", "finished_at", "error", "texts"])
    record("consultation.grouping_ended", run, at=now, result=state, data={"texts": run.texts})
