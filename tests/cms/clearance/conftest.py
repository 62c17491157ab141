from types import SimpleNamespace

import pytest

from cms.accounts.enums import Role
from home.founding import found_site
from tests.factories import ContentPageFactory, DecisionPageFactory, UserFactory
from tests.helpers import plant_roots, without_indexes


@pytest.fixture
def site(db, settings):
    with without_indexes(settings):
        plant_roots()
        yield found_site()


@pytest.fixture
def home(site):
    return site.root_page.specific


@pytest.fixture
def officials(site):
    """One of each role, as the demo has them."""
    return SimpleNamespace(**{role.value: UserFactory(role=role) for role in Role})


@pytest.fixture
def page(home):
    """A plain page as a draft: reviewed, but not released by a third person."""
    return ContentPageFactory(parent=home, title="服务指南", slug="guide")


@pytest.fixture
def decision(home):
    """A page that needs review and release."""
    return DecisionPageFactory(parent__parent__parent=home)
