import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Min
from django.utils.translation import gettext as _

from .anchor import Anchor, anchor_path, read_anchors
from .enums import Fault
from .keys import mac_keys
from .models import Event, Link
from .rules import FIRST_DIGEST, mac, next_digest

BATCH = 1000


@dataclass(frozen=True)
class Problem:
    """One row of the record that is not as it was written."""

    fault: Fault
    position: int | None = None
    event_id: int | None = None

    def __str__(self) -> str:
        where = []
        if self.position is not None:
            where.append(_("position %(number)d") % {"number": self.position})
        if self.event_id is not None:
            where.append(_("event %(number)d") % {"number": self.event_id})
        return ", ".join([*where, str(self.fault.label)])


def verify(since: datetime | None = None) -> Problem | None:
    """The first problem of the record, or None.

    `since` looks only at events from then on, and takes the chain before them as it stands.
    """
    return next(problems(since), None)


def problems(since: datetime | None = None) -> Iterator[Problem]:
    """Every problem, in the order of the chain; reads the record once, in batches."""
    yield from _chain_problems(since)
    yield from _unsealed_problems(since)
    yield from _anchor_problems(since)


def _chain_problems(since: datetime | None) -> Iterator[Problem]:
    position = _first_position(since)
    if position is None:
        return
    digest = _digest_before(position)
    for link, event in _links_with_events(position):
        if link.position != position:
            yield Problem(Fault.LINK_MISSING, position=position)
            digest = None
        yield from _link_problems(link, event, digest)
        # After a break the rest is judged by itself, so that one change is one problem.
        position, digest = link.position + 1, link.digest


def _first_position(since: datetime | None) -> int | None:
    if since is None:
        return 1
    links = Link.objects.filter(event__at__gte=since)
    return links.aggregate(first=Min("position"))["first"]


def _digest_before(position: int) -> str | None:
    if position == 1:
        return FIRST_DIGEST
    return Link.objects.filter(position=position - 1).values_list("digest", flat=True).first()


def _links_with_events(position: int) -> Iterator[tuple[Link, Event | None]]:
    while links := list(Link.objects.filter(position__gte=position).order_by("position")[:BATCH]):
        events = Event.objects.in_bulk([link.event_id for link in links])
        for link in links:
            yield link, events.get(link.event_id)
        position = links[-1].position + 1


def _link_problems(link: Link, event: Event | None, digest: str | None) -> Iterator[Problem]:
    where = {"position": link.position, "event_id": link.event_id}
    if event is None:
        yield Problem(Fault.EVENT_MISSING, **where)
    elif fault := _forgery(event):
        yield Problem(fault, **where)
    elif digest is not None and link.digest != next_digest(digest, event.sealed_facts()):
        yield Problem(Fault.BROKEN, **where)


def _forgery(event: Event) -> Fault | None:
    key_id, _, found = event.mac.partition(":")
    key = mac_keys().get(key_id)
    if key is None:
        return Fault.KEY_GONE
    return None if hmac.compare_digest(found, mac(key, event.facts())) else Fault.FORGED


def _unsealed_problems(since: datetime | None) -> Iterator[Problem]:
    events = Event.objects.filter(link=None).order_by("pk")
    if since is not None:
        events = events.filter(at__gte=since)
    for event in events.iterator(chunk_size=BATCH):
        if fault := _forgery(event):
            yield Problem(fault, event_id=event.pk)


def _anchor_problems(since: datetime | None) -> Iterator[Problem]:
    path = anchor_path()
    if path is None:
        return
    try:
        anchors = (anchor for anchor in read_anchors(path) if not since or anchor.at >= since)
        while batch := list(islice(anchors, BATCH)):
            yield from _unkept_anchors(batch)
    except OSError:
        if Link.objects.exists():
            yield Problem(Fault.ANCHOR_MISSING)


def _unkept_anchors(anchors: list[Anchor]) -> Iterator[Problem]:
    links = Link.objects.in_bulk([anchor.position for anchor in anchors])
    for anchor in anchors:
        link = links.get(anchor.position)
        if link is None or link.digest != anchor.digest:
            yield Problem(Fault.ANCHOR_BROKEN, position=anchor.position)
