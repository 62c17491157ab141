"""An open day as readers see it, on a morning while sign-up is open."""

from datetime import datetime

import pytest
import time_machine

from events.rules import SHANGHAI
from tests.factories import (
    ActivityPageFactory,
    OpenDayIndexPageFactory,
    OpenDayPageFactory,
)
from tests.helpers import publish

MORNING = datetime(2026, 8, 10, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def open_day(clock, home):
    index = publish(OpenDayIndexPageFactory(parent=publish(home)))
    return publish(OpenDayPageFactory(parent=index))


@pytest.fixture
def make_activity(open_day):
    def make(**facts):
        return publish(ActivityPageFactory(**{"parent": open_day, "offer_hours": 0, **facts}))

    return make


@pytest.fixture
def activity(make_activity):
    """First come, first served; its sessions are for each test to make."""
    return make_activity(slug="service-centre")
