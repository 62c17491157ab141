"""A large exchange file: kept, checked line by line, then taken over in one transaction by a
worker (C7, C12). A worker that dies has written nothing; another begins anew.
"""

import threading
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from cms.accounts.models import Department
from cms.record.actions import record

from ..enums import TAKING_OVER, TakeOverState
from ..exchange.package import Contents, unpacked
from ..exchange.reading import ExchangeUnreadable, read
from ..models import DecisionCataloguePage, TakeOver
from .exchange import import_consultation

MOST_ATTEMPTS = 3
SIGN_OF_LIFE = timedelta(seconds=1)


class Overtaken(Exception):
    """Another worker has begun anew with this file."""


@transaction.atomic
def keep_exchange_file(
    file, *, catalogue: DecisionCataloguePage, department: Department, by, at: datetime
) -> TakeOver:
    """An upload, kept in private until it is taken over or refused."""
    coming = TakeOver(
        catalogue=catalogue,
        department=department,
        uploaded_by=by,
        uploaded_at=at,
    )
    coming.keep(file)
    record("consultation.exchange_kept", coming, by=by, at=at, data={"sha256": coming.sha256})
    return coming


def take_overs_left_behind(at: datetime) -> list[int]:
    """Files that wait for a worker, or whose worker has died over them."""
    waiting = TakeOver.objects.left_behind(at).filter(state__in=TAKING_OVER)
    return list(waiting.values_list("pk", flat=True))


def take_over(key: int, *, at: datetime) -> bool:
    """Check the whole file, then write it. False when another worker has it, or it is over."""
    coming = _taken(key, at)
    if coming is None:
        return False
    try:
        _work_on(coming, at)
    except Overtaken:
        return False
    return True


def _work_on(coming: TakeOver, at: datetime) -> None:
    if coming.attempt > MOST_ATTEMPTS:
        _end(coming, TakeOverState.FAILED)
        return
    try:
        with coming.file.open() as file:
            _check(coming, file.file)
            _write(coming, file.file, at)
    except ExchangeUnreadable as refused:
        told = {"code": refused.code, "line": refused.line, "detail": refused.detail[:500]}
        _end(coming, TakeOverState.REFUSED, **told)


@transaction.atomic
def _taken(key: int, at: datetime) -> TakeOver | None:
    """The file with the number of this attempt, by which alone a worker is known."""
    waiting = TakeOver.objects.free(at).filter(pk=key, state__in=TAKING_OVER)
    held = waiting.select_related("catalogue", "department", "uploaded_by")
    mine = held.select_for_update(of=("self",)).first()
    if mine is not None:
        mine.state, mine.alive_at, mine.done_lines = TakeOverState.CHECKING, at, 0
        mine.attempt += 1
        mine.save(update_fields=["state", "alive_at", "done_lines", "attempt"])
    return mine


def _mine(coming: TakeOver):
    return TakeOver.objects.filter(pk=coming.pk, attempt=coming.attempt, state__in=TAKING_OVER)


def _check(coming: TakeOver, file) -> None:
    """All of it, before anything is written: a fault at the end is found in seconds."""
    number, next_look = 0, timezone.now()
    for number, _found in read(unpacked(file)):
        if timezone.now() >= next_look:
            next_look = timezone.now() + SIGN_OF_LIFE
            _say(coming, done_lines=number)
    _say(coming, lines=number, done_lines=0, state=TakeOverState.RUNNING)


def _say(coming: TakeOver, **values) -> None:
    if not _mine(coming).update(alive_at=timezone.now(), **values):
        raise Overtaken


def _write(coming: TakeOver, file, at: datetime) -> None:
    with _heard(coming) as progress, transaction.atomic():
        import_consultation(
            unpacked(file),
            contents=Contents(file).of,
            progress=progress,
            then=lambda page: _end(coming, TakeOverState.DONE, consultation=page),
            catalogue=coming.catalogue,
            department=coming.department,
            file_name=coming.file_name,
            sha256=coming.sha256,
            by=coming.uploaded_by,
            at=at,
        )


@contextmanager
def _heard(coming: TakeOver):
    """Nothing that a transaction writes can be seen before it ends: how far it is, is said over a
    connection of its own. SQLite knows one writer; there nothing is said meanwhile.
    """
    reached, over = [0], threading.Event()

    def progress(line: int) -> None:
        reached[0] = line

    def say() -> None:
        try:
            while not over.wait(SIGN_OF_LIFE.total_seconds()):
                _mine(coming).update(alive_at=timezone.now(), done_lines=reached[0])
        except DatabaseError:
            return
        finally:
            connection.close()

    if connection.vendor != "postgresql":
        yield progress
        return
    voice = threading.Thread(target=say, daemon=True)
    voice.start()
    try:
        yield progress
    finally:
        over.set()
        voice.join()


@transaction.atomic
def _end(coming: TakeOver, state: TakeOverState, **values) -> None:
    if not _mine(coming).update(
        state=state, file="", alive_at=None, done_lines=F("lines"), **values
    ):
        raise Overtaken
    record(
        "consultation.exchange_ended",
        coming,
        by=coming.uploaded_by,
        at=timezone.now(),
        result=state,
        data={"sha256": coming.sha256},
    )
    coming.drop_file()
