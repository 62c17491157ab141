"""A real Chromium before a real server. Where it may not be missing it is not skipped."""

import os
import shutil
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import sync_playwright

from cms.accounts.models import User
from consultation.rules import SHANGHAI
from home.demo_loader.pages import load_notice
from home.demo_loader.people import load_departments, load_people
from home.founding import found_site
from home.models import HomePage
from tests.browser.officials import PASSWORD
from tests.factories import (
    ConsultationPageFactory,
    DecisionCataloguePageFactory,
    DecisionIndexPageFactory,
    DecisionPageFactory,
)
from tests.helpers import plant_roots, publish

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 10, 10, 0, 0, tzinfo=SHANGHAI)

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    if not os.path.exists(CHROMIUM):
        if os.environ.get("JIANYAN_STRICT"):
            pytest.fail("Chromium is missing.")
        pytest.skip("Chromium is not installed.")
    # Playwright runs an event loop in this thread; our database calls stay in their own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, live_server):
    """A person with a browser of their own: ``open_browser(width=…)`` gives a page."""
    contexts = []

    def opened(*, width=1280, javascript=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY - timedelta(days=3)) as clock:
        yield clock


@pytest.fixture
def town(clock, live_server, settings):
    """The officials, the catalogue, and a consultation that an editor has drafted."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.JIANYAN_PROOF_OF_WORK = True
    plant_roots()
    site = found_site()
    departments = load_departments()
    load_people(departments, PASSWORD)
    load_notice(timezone.localdate())
    home = publish(HomePage.objects.get(pk=site.root_page_id))
    index = publish(DecisionIndexPageFactory(parent=home))
    catalogue = publish(DecisionCataloguePageFactory(parent=index, year=2026, slug="2026"))
    housing = departments["housing"]
    decision = publish(
        DecisionPageFactory(parent=catalogue, slug="lift-light", department=housing)
    )
    draft = ConsultationPageFactory(
        parent=decision,
        slug="consultation",
        department=housing,
        opens_at=MONDAY,
        closes_at=CLOSES,
    )
    draft.save_revision(user=User.objects.get(username="editor"))
    return draft
