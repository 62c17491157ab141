import pytest
import time_machine

from tests.cms.pages.conftest import facts, home, one_of_each, site

__all__ = ["clock_at", "facts", "home", "one_of_each", "site"]


@pytest.fixture
def clock_at():
    """Puts the clock of the rest of the test at a moment."""
    travels = []

    def move(moment):
        travels.append(time_machine.travel(moment, tick=False))
        travels[-1].start()

    yield move
    for travel in reversed(travels):
        travel.stop()
