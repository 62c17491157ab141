"""What every test stands on: a record that can be flushed, and nothing kept from before."""

import os

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

from tests.cms.record.guard import without_guard

# Where a change is let in, the same change is judged the same each time; elsewhere chance goes on
# looking.
settings.register_profile("strict", derandomize=True)
if os.environ.get("JIANYAN_STRICT"):
    settings.load_profile("strict")

_flush = TransactionTestCase._fixture_teardown


def _flush_without_guard(self):
    with without_guard(connection):
        _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_guard


@pytest.fixture(autouse=True)
def nothing_kept():
    """What the site keeps for half a minute would reach from one test into the next."""
    cache.clear()
