"""Reading all opinions for what they have in common: asked for, done off the web, kept apart from
what a person has decided."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max
from django.utils import timezone

from cms.record.actions import record
from cms.wording.grouping import Grouping, GroupingStopped

from ..enums import UNFINISHED, ImportState, RunState
from ..models import ConsultationPage, GroupingRun, ImportBatch, Opinion
from ..models.uploads import SILENT_FOR
from ..queries import came_since, is_answered, last_reading, with_answered
from ..rules import read_again_from
from ..suggesters import Suggester, chosen_suggester
from .suggesting import add_suggestions, keep_campaigns, suggest_anew

CHUNK = 5000
TRIES = 3
SIGN_OF_LIFE = timedelta(seconds=1)


class AlreadyReading(Exception):
    """A run of the grouping is waiting or under way."""


def ask_for_groups(consultation: ConsultationPage, *, by, at: datetime) -> GroupingRun:
    """Have all opinions of a consultation read; ``by`` nobody, because new ones came. Refuses
    with AlreadyReading.
    """
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


def offer_new_opinions(at: datetime) -> list[int]:
    """Once a person has had the opinions read, those that came since are offered to the groups
    without being asked, until the report is public. The runs to be taken up.
    """
    read = GroupingRun.objects.filter(state=RunState.DONE).values("consultation")
    pages = with_answered(ConsultationPage.objects.filter(pk__in=read)).filter(answered=False)
    runs = [_read_again(page, at) for page in pages.defer_streamfields()]
    return [run.pk for run in runs if run]


@transaction.atomic
def _read_again(consultation: ConsultationPage, at: datetime) -> GroupingRun | None:
    """Decided with the last run in hand, so that of two clocks the second finds what the first
    has begun."""
    runs = GroupingRun.objects.filter(consultation=consultation)
    held = runs.select_for_update(of=("self",)).first()
    if runs.first() != held or not _may_read_again(held, at):
        return None
    importing = ImportBatch.objects.filter(consultation=consultation, state=ImportState.RUNNING)
    if importing.exists() or not came_since(last_reading(consultation)):
        return None
    try:
        return ask_for_groups(consultation, by=None, at=at)
    except AlreadyReading:
        return None


def _may_read_again(last: GroupingRun, at: datetime) -> bool:
    if last.finished_at is None:
        return False
    went_well = last.state == RunState.DONE
    return at >= read_again_from(last.created_at, last.finished_at, went_well)


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
    if run.is_automatic and is_answered(run.consultation):
        _finish(run, RunState.CANCELLED)
        return True
    watch, workdir = _Watch(run), _workdir(run)
    try:
        opinions, texts = _texts_of(run)
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
    finally:
        if run.state not in UNFINISHED:
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


def _texts_of(run: GroupingRun) -> tuple[list[int], list[str]]:
    """What was there when the run began: one that is taken up again reads the same, whatever
    came meanwhile. Counted first, so that nothing passes for read that was not.
    """
    rows = Opinion.objects.filter(consultation=run.consultation_id)
    if run.read_up_to is None:
        run.read_up_to = rows.aggregate(last=Max("pk"))["last"] or 0
    rows = rows.filter(pk__lte=run.read_up_to)
    run.rows_read = rows.count()
    run.save(update_fields=["read_up_to", "rows_read"])
    keys, texts = [], []
    counted = rows.counted().order_by("pk").values_list("pk", "text")
    for key, text in counted.iterator(chunk_size=CHUNK):
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


def _keep(run: GroupingRun, opinions: list[int], found: Grouping) -> None:
    """Written down as things stand now; once more when somebody moved a group meanwhile."""
    keep_campaigns(run.consultation, opinions, found)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                keep = add_suggestions if run.is_automatic else suggest_anew
                keep(run, opinions, found)
                run.texts = len(opinions)
                _finish(run, RunState.DONE)
            return
        except (IntegrityError, OperationalError):
            run.state, run.finished_at = RunState.RUNNING, None
            if not left:
                raise


def _finish(run: GroupingRun, state: RunState, error: str = "") -> None:
    now = timezone.now()
    run.state, run.finished_at, run.error = state, now, error
    run.save(update_fields=["state", "finished_at", "error", "texts"])
    record("consultation.grouping_ended", run, at=now, result=state, data={"texts": run.texts})
