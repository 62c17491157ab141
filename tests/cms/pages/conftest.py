import pytest
import time_machine
from django.utils import timezone

from cms.pages.models import SiteFacts
from consultation.actions.reports import make_report
from home.founding import found_site
from tests.factories import (
    CLOSES,
    OPENS,
    ConsultationPageFactory,
    ContentPageFactory,
    PolicyDocumentPageFactory,
    UserFactory,
)
from tests.helpers import plant_roots, publish


@pytest.fixture
def site(db):
    plant_roots()
    return found_site()


@pytest.fixture
def home(site):
    return site.root_page.specific


@pytest.fixture
def facts(site):
    facts = SiteFacts.for_site(site)
    facts.name, facts.domain, facts.id_code = "建言", "songnan.example", "3101130000"
    facts.sponsor = "淞南镇人民政府"
    facts.save()
    return facts


@pytest.fixture
def one_of_each(home, facts):
    """One live page of every type, by the names of their classes; the clock stands still."""
    with time_machine.travel(OPENS, tick=False) as clock:
        document = PolicyDocumentPageFactory(parent__parent=home)
        consultation = ConsultationPageFactory(
            parent__parent__parent__parent=home, parent__slug="lift"
        )
        decision = consultation.get_parent().specific
        catalogue = decision.get_parent().specific
        drafts = [
            home,
            ContentPageFactory(parent=home),
            document.get_parent().specific,
            document,
            catalogue.get_parent().specific,
            catalogue,
            decision,
            consultation,
        ]
        pages = [publish(page) for page in drafts]
        clock.move_to(CLOSES)
        pages.append(publish(make_report(pages[-1], by=UserFactory(), at=timezone.now())))
        yield {type(page).__name__: page for page in pages}
