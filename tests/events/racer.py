"""A process of its own that does what it is told, one JSON line for each, at the same moment as
others. `without` takes a lock or a condition away: the controls of the races do that.
"""

import json
import os
import sys
import time
import uuid
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from cms.accounts.models import User  # noqa: E402
from cms.intake.enums import Proof  # noqa: E402
from cms.intake.keys import new_submission_key, read_submission_key  # noqa: E402
from cms.intake.models import PrivacyNotice  # noqa: E402
from events.actions import door, places, sessions, signups  # noqa: E402
from events.models import Session, SessionPlaces, SignUp  # noqa: E402
from events.party import Party  # noqa: E402

PAUSE = 0.8
settings.JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR = 10_000


def sign_up(session, at, size=1, phone="", token=""):
    key = read_submission_key(token or new_submission_key("sign-up", at), "sign-up", at)
    taken = signups.sign_up(
        session.activity,
        session.key,
        Party(size=size, email="zhang@example.cn"),
        intake_data={
            "key": key,
            "language": "zh-hans",
            "consent_notice": PrivacyNotice.objects.get(code="sign-up"),
            "proof": Proof.WORK,
            "contact_name": "张三",
            "contact": phone or f"138{uuid.uuid4().int % 10**8:08}",
            "wants_letter": True,
        },
        network_address="203.0.113.7",
        at=at,
    )
    return taken.sign_up.state


def enter(session, at, size=1):
    name = door.Name("李四", f"139{uuid.uuid4().int % 10**8:08}")
    one = door.enter_sign_up(
        session, Party(size=size), name=name, channel="phone", by=User.objects.first(), at=at
    )
    return one.state


def cancel(session, at, sign_up):
    signups.cancel(SignUp.objects.get(pk=sign_up), at=at)
    return "cancelled"


def lower(session, at, capacity):
    sessions.lower_capacity(session, capacity, by=User.objects.first(), at=at)
    return "lowered"


def call_off(session, at):
    sessions.cancel_session(session, by=User.objects.first(), at=at)
    return "called off"


VERBS = {one.__name__: one for one in (sign_up, enter, cancel, lower, call_off)}


def looked_and_then_taken(session, wanted):
    """What the conditional update is not: reads, thinks, writes."""
    found = SessionPlaces.objects.get(pk=session.pk)
    time.sleep(PAUSE)
    if found.waiting or found.taken + wanted > found.capacity:
        return False
    SessionPlaces.objects.filter(pk=session.pk).update(taken=found.taken + wanted)
    return True


def any_place_will_do(session, wanted):
    """A condition that does not count the party."""
    free = SessionPlaces.objects.filter(pk=session.pk, taken__lt=places.F("capacity"))
    return bool(free.update(taken=places.F("taken") + wanted))


def whoever_waits(session, wanted):
    """A condition that does not ask whether others wait."""
    left = places.F("capacity") - wanted
    free = SessionPlaces.objects.filter(pk=session.pk, taken__lte=left)
    return bool(free.update(taken=places.F("taken") + wanted))


def unlocked(*wanted, rooms=()):
    rows = SessionPlaces.objects.filter(pk__in=[one.pk for one in wanted])
    found = {one.pk: one for one in rows.select_related("session__activity", "session__room")}
    time.sleep(3 * PAUSE)
    return found


def in_the_order_given(*wanted, rooms=()):
    found = {}
    for one in wanted:
        rows = SessionPlaces.objects.select_for_update(of=("self",))
        found[one.pk] = rows.select_related("session__activity", "session__room").get(pk=one.pk)
        time.sleep(PAUSE)
    return found


CONTROLS = {
    "condition": ("take_at_once", looked_and_then_taken),
    "size": ("take_at_once", any_place_will_do),
    "waiting": ("take_at_once", whoever_waits),
    "lock": ("lock_places", unlocked),
    "order": ("lock_places", in_the_order_given),
}


def slow(function):
    """Holds the transaction open for a while, so that the others meet it."""

    def slowed(*args, **kwargs):
        answer = function(*args, **kwargs)
        time.sleep(PAUSE)
        return answer

    return slowed


@contextmanager
def arranged(without: str, pausing: str):
    with patch.object(places, "TRIES", 1 if without else places.TRIES):
        if without:
            name, other = CONTROLS[without]
            with patch.object(places, name, other):
                yield
        elif pausing:
            with patch.object(places, pausing, slow(getattr(places, pausing))):
                yield
        else:
            yield


def obey(order: dict) -> str:
    session = Session.objects.select_related("activity").get(pk=order["session"])
    at = datetime.fromisoformat(order["at"])
    with arranged(order.get("without", ""), order.get("pausing", "")):
        return VERBS[order["verb"]](session, at, **order.get("told", {}))


for line in sys.stdin:
    order = json.loads(line)
    time.sleep(max(0, order["start"] - time.time()))
    try:
        said = obey(order)
    except Exception as error:  # noqa: BLE001 - the test judges what it was
        said = type(error).__name__
    connection.close()
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
