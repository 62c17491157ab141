"""An activity of the open day from its first day on, and the people around it."""

import pytest

from home.founding import found_site
from tests.helpers import plant_roots, without_indexes


@pytest.fixture
def site(db, settings):
    with without_indexes(settings):
        plant_roots()
        yield found_site()


@pytest.fixture
def home(site):
    return site.root_page.specific
