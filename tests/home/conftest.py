import pytest

from home.founding import found_site
from tests.helpers import plant_roots


@pytest.fixture
def site(db):
    plant_roots()
    return found_site()


@pytest.fixture
def home(site):
    return site.root_page.specific
