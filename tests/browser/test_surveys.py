"""A questionnaire in a real browser: with and without JavaScript, for the eye and for the ear."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from home.founding import found_site
from home.models import HomePage
from surveys.actions.results import make_results
from surveys.models import Response
from tests.browser.moves import follow
from tests.factories import SurveyIndexPageFactory, SurveyPageFactory, UserFactory
from tests.helpers import plant_roots, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(live_server, settings):
    """Open now."""
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    plant_roots()
    site = found_site()
    index = publish(
        SurveyIndexPageFactory(parent=publish(HomePage.objects.get(pk=site.root_page_id)))
    )
    now = timezone.now()
    return publish(
        SurveyPageFactory(
            parent=index,
            slug="open-day",
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=9),
        )
    )


def test_what_does_not_apply_is_hidden_and_comes_back(survey, open_browser):
    page = open_browser()
    page.goto("/surveys/open-day/answer/")
    firm = page.locator("[name=q-firm]")
    assert not firm.is_visible()

    page.get_by_label("企业").check()
    assert firm.is_visible()
    firm.fill("甲公司")
    follow(page, "[name=send]")

    assert page.locator(".notice-success").is_visible()
    assert Response.objects.get().texts.get().text == "甲公司"


def test_it_is_answered_without_javascript(survey, open_browser):
    page = open_browser(width=390, javascript=False)
    page.goto("/surveys/open-day/answer/")
    page.fill("[name=q-more]", "留着")
    follow(page, "[name=send]")
    assert page.locator(".question-fault").count() == 1
    assert page.input_value("[name=q-more]") == "留着"

    page.get_by_label("居民").check()
    follow(page, "[name=send]")

    assert page.locator(".notice-success").is_visible()
    assert Response.objects.get().answers == {"who": "1"}


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_shuts_out_who_hears_it_or_uses_the_keyboard(survey, open_browser, width):
    page = open_browser(width=width)
    found = {}
    paths = ["/surveys/", "/surveys/open-day/", "/surveys/open-day/answer/"]
    draft = make_results(survey, by=UserFactory(), at=survey.closes_at)
    publish(draft)
    for path in [*paths, "/surveys/open-day/results/"]:
        page.goto(path)
        report = Axe().run(page).response["violations"]
        sideways = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found[path] = ([violation["id"] for violation in report], sideways)

    assert found == dict.fromkeys(found, ([], False))
