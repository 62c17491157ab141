"""Sending what is due, one letter at a time. Called as `actions.deliver_due`."""

import time
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from cms.record.actions import record

from .channels import channel_named
from .enums import OPEN_STATES, LetterState
from .models import Letter
from .rules import LEASE, WAITS, next_try_at

LONGEST_RUN = timedelta(minutes=5)  # well within the lease of the last letter taken


def deliver_due(at: datetime) -> int:
    """Delivers what is due; the number of letters sent.

    Stops after a few minutes, so that a slow mail server holds nobody up: the next run goes on.
    """
    sent, stop = 0, time.monotonic() + LONGEST_RUN.total_seconds()
    while time.monotonic() < stop and (letter := _take_next(at)):
        sent += _deliver(letter, at)
    return sent


@transaction.atomic
def _take_next(at: datetime) -> Letter | None:
    """Takes one letter for this worker alone, without holding a lock while it is sent.

    A worker that dies over it loses it when the lease is over, and the letter is sent again.
    """
    due = Letter.objects.due(at).select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    while letter := due.first():
        if letter.attempts > len(WAITS):
            _give_up(letter, "the worker stopped over it", at)
            continue
        letter.state, letter.attempts = LetterState.SENDING, letter.attempts + 1
        letter.next_try_at = at + LEASE
        letter.save(update_fields=["state", "attempts", "next_try_at"])
        return letter
    return None


def _deliver(letter: Letter, at: datetime) -> int:
    try:
        channel_named(letter.channel).send(letter)
    except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the others still leave
        _put_back(letter, error, at)
        return 0
    _mark_sent(letter, at)
    return 1


@transaction.atomic
def _mark_sent(letter: Letter, at: datetime) -> None:
    _now_mine(letter).update(state=LetterState.SENT, sent_at=at, next_try_at=None, error="")
    record("letters.letter_sent", letter, at=at, data={"attempts": letter.attempts})


@transaction.atomic
def _put_back(letter: Letter, error: Exception, at: datetime) -> None:
    # The words of a mail server may hold the address: only the kind of error is kept.
    kind, again = type(error).__name__, next_try_at(letter.attempts, at)
    if again is None:
        _give_up(letter, kind, at)
    else:
        _now_mine(letter).update(state=LetterState.QUEUED, next_try_at=again, error=kind)


def _give_up(letter: Letter, error: str, at: datetime) -> None:
    _now_mine(letter).update(state=LetterState.FAILED, next_try_at=None, error=error)
    record(
        "letters.letter_failed",
        letter,
        at=at,
        result="failed",
        data={"attempts": letter.attempts, "error": error},
    )


def _now_mine(letter: Letter) -> models.QuerySet:
    """The row, unless another worker took it or it was cancelled in the meantime."""
    return Letter.objects.filter(pk=letter.pk, attempts=letter.attempts, state__in=OPEN_STATES)
