from collections.abc import Iterator
from datetime import datetime

from django.db import models, transaction

from .anchor import anchor_path, append_anchor
from .enums import Actor
from .keys import mac_keys
from .models import Event, Link, Sealing
from .rules import FIRST_DIGEST, mac, next_digest, stable_data, sweep_is_due, window_may_move

BATCH = 1000


def record(
    verb: str,
    subject: models.Model | None,
    *,
    by=None,
    at: datetime,
    result: str = "done",
    data: dict | None = None,
) -> Event:
    """Puts one event on record, in the caller's transaction: one INSERT, no lock.

    `verb` is "app.past_participle". `by` is an official, "citizen", or None for the system itself.
    `data` holds no personal data: numbers, dates, states, codes.
    """
    label = "" if isinstance(by, models.Model) else Actor(by or Actor.SYSTEM)
    event = Event(
        at=at,
        actor=by if not label else None,
        actor_label=label,
        verb=verb,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        result=str(result),
        data=stable_data(data or {}),
    )
    return write(event)


def write(event: Event) -> Event:
    """Vouches for the event and inserts it."""
    key_id, key = next(iter(mac_keys().items()))
    event.mac = f"{key_id}:{mac(key, event.facts())}"
    event.save(force_insert=True)
    return event


def seal(at: datetime) -> int:
    """Chains every event that has no link yet; the number of events chained.

    Every batch is a transaction of its own, so that nobody waits for a long one. Sealing twice at
    once is harmless. An event that is committed late gets a later place in the chain.
    """
    state, _ = Sealing.objects.get_or_create(pk=1)
    is_sweep = sweep_is_due(state.swept_at, at)
    after = 0 if is_sweep else state.window_starts_after
    count = sum(_chain(ids) for ids in _batches(after) if _unlinked(ids))
    _move_window(at, is_sweep=is_sweep)
    _anchor(at)
    return count


def _batches(after: int) -> Iterator[list[int]]:
    while ids := list(
        Event.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield ids
        after = ids[-1]


def _unlinked(ids: list[int]) -> list[int]:
    linked = Link.objects.filter(event_id__gte=ids[0], event_id__lte=ids[-1])
    return sorted(set(ids) - set(linked.values_list("event_id", flat=True)))


@transaction.atomic
def _chain(ids: list[int]) -> int:
    Sealing.objects.select_for_update().get(pk=1)
    tail = Link.objects.order_by("-position").first()
    position, digest = (tail.position, tail.digest) if tail else (0, FIRST_DIGEST)
    links = []
    for event in Event.objects.filter(pk__in=_unlinked(ids)).order_by("pk"):
        position, digest = position + 1, next_digest(digest, event.sealed_facts())
        links.append(Link(position=position, event=event, digest=digest))
    Link.objects.bulk_create(links)
    return len(links)


@transaction.atomic
def _move_window(at: datetime, *, is_sweep: bool) -> None:
    state = Sealing.objects.select_for_update().get(pk=1)
    if is_sweep:
        state.swept_at = at
    if window_may_move(state.marked_at, at):
        newest = Link.objects.aggregate(newest=models.Max("event_id"))["newest"] or 0
        state.window_starts_after, state.mark, state.marked_at = state.mark, newest, at
    state.save()


def _anchor(at: datetime) -> None:
    path, tail = anchor_path(), Link.objects.order_by("-position").first()
    if path and tail:
        append_anchor(path, at=at, position=tail.position, digest=tail.digest)
