"""Forms without JavaScript, with it, on a phone, and for those who hear pages."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from cms.intake.rules import read_number
from consultation.models import Opinion
from home.demo_loader.pages import load_notice
from home.founding import found_site
from home.models import HomePage
from tests.browser.moves import follow
from tests.factories import (
    ConsultationPageFactory,
    DecisionCataloguePageFactory,
    DecisionIndexPageFactory,
    DecisionPageFactory,
    DepartmentFactory,
)
from tests.helpers import plant_roots, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/decisions/2026/lift/consultation/"


@pytest.fixture
def consultation(live_server, settings):
    """A consultation that is open now, with the proof of work asked for."""
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.JIANYAN_PROOF_OF_WORK = True
    plant_roots()
    site = found_site()
    load_notice(timezone.localdate())
    home = publish(HomePage.objects.get(pk=site.root_page_id))
    index = publish(DecisionIndexPageFactory(parent=home))
    catalogue = publish(DecisionCataloguePageFactory(parent=index, year=2026, slug="2026"))
    department = DepartmentFactory()
    decision = publish(DecisionPageFactory(parent=catalogue, slug="lift", department=department))
    now = timezone.now()
    return publish(
        ConsultationPageFactory(
            parent=decision,
            slug="consultation",
            department=department,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=32),
        )
    )


def test_an_opinion_is_sent_without_javascript(consultation, open_browser):
    page = open_browser(width=390, javascript=False)
    page.goto(f"{ADDRESS}opinion/")
    page.fill("[name=text]", "没有脚本也要能提意见")
    page.check("[name=consent]")
    follow(page, "[name=send]")
    assert page.input_value("[name=text]") == "没有脚本也要能提意见"

    asked = page.locator("label[for=id_answer]").inner_text()
    first, second = re.search(r"(\S)加(\S)等于", asked).groups()
    page.fill("[name=answer]", str(read_number(first) + read_number(second)))
    page.check("[name=consent]")
    follow(page, "[name=send]")

    assert page.locator(".receipt-number").is_visible()
    assert [opinion.text for opinion in Opinion.objects.all()] == ["没有脚本也要能提意见"]


def test_going_back_and_sending_again_gives_the_same_receipt(consultation, open_browser, settings):
    settings.JIANYAN_PROOF_OF_WORK = False
    page = open_browser()
    page.goto(f"{ADDRESS}opinion/")
    page.fill("[name=text]", "只算一次")
    page.check("[name=consent]")
    follow(page, "[name=send]")
    number = page.locator(".receipt-number").inner_text()
    page.go_back()
    page.check("[name=consent]")
    follow(page, "[name=send]")

    assert page.locator(".receipt-number").inner_text() == number
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_shuts_out_who_hears_it_or_uses_the_keyboard(consultation, open_browser, width):
    page = open_browser(width=width)
    found = {}
    for path in ("/", "/decisions/", ADDRESS, f"{ADDRESS}opinion/", "/receipts/", "/search/?q=梯"):
        page.goto(path)
        report = Axe().run(page).response["violations"]
        sideways = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found[path] = ([violation["id"] for violation in report], sideways)

    assert found == dict.fromkeys(found, ([], False))
