"""Signing up on a phone: without JavaScript, on the waiting list, for a draw; axe on each page."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from events.actions.draws import commit_seed, run_draw
from events.enums import Admission
from events.models import SignUp
from home.founding import found_site
from home.models import HomePage
from tests.browser.moves import follow
from tests.factories import (
    ActivityPageFactory,
    DepartmentFactory,
    OpenDayIndexPageFactory,
    OpenDayPageFactory,
    PrivacyNoticeFactory,
    SessionFactory,
)
from tests.helpers import plant_roots, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/open-day/2026/"


@pytest.fixture
def open_day(live_server, settings):
    settings.BASE_URL = live_server.url
    settings.JIANYAN_PROOF_OF_WORK = False
    plant_roots()
    site = found_site()
    PrivacyNoticeFactory(code="sign-up")
    home = publish(HomePage.objects.get(pk=site.root_page_id))
    index = publish(OpenDayIndexPageFactory(parent=home))
    return publish(OpenDayPageFactory(parent=index))


@pytest.fixture
def make_session(open_day):
    department = DepartmentFactory()

    def make(slug, **facts):
        now = timezone.now()
        page = publish(
            ActivityPageFactory(
                parent=open_day,
                slug=slug,
                department=department,
                offer_hours=0,
                opens_at=now - timedelta(hours=1),
                closes_at=now + timedelta(days=2),
                **facts,
            )
        )
        return SessionFactory(activity=page, starts_at=now + timedelta(days=5), capacity=2)

    return make


def sign_up(page, slug, phone, people="1"):
    page.goto(f"{ADDRESS}{slug}/register/")
    page.locator("[name=session]").first.check()
    page.fill("[name=contact_name]", "王小明")
    page.fill("[name=contact]", phone)
    page.select_option("[name=audience]", "resident")
    page.fill("[name=party_size]", people)
    page.check("[name=consent]")
    follow(page, "[name=send]")
    return page.locator("main").inner_text()


def faults(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found]


def test_a_party_signs_up_changes_and_cancels_without_javascript(make_session, open_browser):
    make_session("hall")
    page = open_browser(width=390, javascript=False)

    assert "报名成功，名额已确认" in sign_up(page, "hall", "13900000001", people="2")
    follow(page, "text=查看、修改或者取消")
    follow(page, "text=修改人数和同行人员")
    page.fill("[name=party_size]", "1")
    follow(page, "[name=send]")
    assert "同行人员已修改" in page.locator("main").inner_text()
    page.check("[name=sure]")
    follow(page, "button:has-text('取消报名')")
    assert SignUp.objects.get().state == "cancelled"


def test_who_waits_is_told_the_position_and_moves_up(make_session, open_browser):
    make_session("hall")
    first, second = open_browser(width=390), open_browser(width=390)
    sign_up(first, "hall", "13900000001", people="2")

    assert "已进入候补：第1位" in sign_up(second, "hall", "13900000002")
    follow(second, "text=查看、修改或者取消")
    follow(first, "text=查看、修改或者取消")
    first.check("[name=sure]")
    follow(first, "button:has-text('取消报名')")
    second.reload()
    assert "报名成功，名额已确认" in second.locator("main").inner_text()


def test_a_draw_is_entered_drawn_and_can_be_checked(make_session, open_browser):
    session = make_session("lots", admission=Admission.DRAW)
    commit_seed(session, at=timezone.now())
    page = open_browser(width=390)

    assert "已报名参加抽签" in sign_up(page, "lots", "13900000001")
    follow(page, "text=查看、修改或者取消")
    address = page.url
    draw = run_draw(session, at=session.activity.closes_at)
    page.goto(address)
    assert "报名成功，名额已确认" in page.locator("main").inner_text()
    page.goto(f"{ADDRESS}lots/")
    with page.expect_download() as download:
        page.click("text=.json")
    assert draw.sha256 in page.locator("main").inner_text()
    assert download.value.suggested_filename == f"{session.key}.json"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_open_day_has_a_fault_for_those_who_hear_it(
    make_session, open_browser, width
):
    session = make_session("hall")
    commit_seed(make_session("lots", admission=Admission.DRAW), at=timezone.now())
    page = open_browser(width=width)
    found = {}
    for path in ("", "?view=calendar", "hall/", "lots/", "hall/register/"):
        page.goto(f"{ADDRESS}{path}")
        found[path] = faults(page)
    page.evaluate("document.querySelector('form:has([name=send])').noValidate = true")
    follow(page, "[name=send]")
    assert page.locator(".field-error, .error, [aria-invalid=true]").count()
    found["errors"] = faults(page)
    sign_up(page, "hall", "13900000001")
    found["received"] = faults(page)
    follow(page, "text=查看、修改或者取消")
    found["manage"] = faults(page)
    follow(page, "text=修改人数和同行人员")
    found["party"] = faults(page)

    assert found == {name: [] for name in found}
    assert session.sign_ups.count() == 1
