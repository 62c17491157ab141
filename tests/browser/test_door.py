"""The door of a session on a phone: offline, with a camera, without one, without a script."""

from datetime import timedelta

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from events.actions.door import Name, enter_sign_up
from events.actions.signups import cancel
from events.enums import Channel
from events.links import door_code
from events.models import CheckIn, SignUp
from events.party import Party
from home.founding import found_site
from home.models import HomePage
from tests.browser.moves import follow
from tests.factories import (
    ActivityPageFactory,
    OpenDayIndexPageFactory,
    OpenDayPageFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import plant_roots, publish

from .conftest import CHROMIUM, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = (640, 480)


@pytest.fixture
def session(live_server, settings):
    """A session that starts in half an hour."""
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    plant_roots()
    site = found_site()
    home = publish(HomePage.objects.get(pk=site.root_page_id))
    year = publish(OpenDayPageFactory(parent=publish(OpenDayIndexPageFactory(parent=home))))
    activity = publish(ActivityPageFactory(parent=year, slug="service-centre"))
    return SessionFactory(
        activity=activity, starts_at=timezone.now() + timedelta(minutes=30), capacity=20
    )


@pytest.fixture
def clerk(session):
    return UserFactory(role="clerk")


@pytest.fixture
def come(session, clerk):
    def come(phone, size=1):
        return enter_sign_up(
            session,
            Party(size=size),
            name=Name("王小明", phone),
            channel=Channel.PHONE,
            by=clerk,
            at=timezone.now(),
        )

    return come


@pytest.fixture
def cookies(client, clerk, live_server):
    """What a browser needs to be the clerk's."""
    client.force_login(clerk)
    value = client.cookies["sessionid"].value
    return [{"name": "sessionid", "value": value, "url": live_server.url}]


@pytest.fixture
def open_door(open_browser, cookies, session):
    def opened(**browser):
        page = open_browser(**browser)
        page.context.add_cookies(cookies)
        page.goto(reverse("open_day:door", args=[session.pk]))
        return page

    return opened


def states() -> list[str]:
    return list(SignUp.objects.order_by("pk").values_list("state", flat=True))


def check_in_by_digits(page, digits):
    page.fill("#digits", digits)
    page.click("#found button")


def test_check_in_goes_on_without_a_network_and_is_sent_when_it_is_back(open_door, come):
    come("13812345678", 3)
    gone = come("13812340000")
    page = open_door(width=390)
    page.wait_for_selector("#door[data-offline=ready]")

    page.context.set_offline(True)
    page.reload()
    check_in_by_digits(page, "5678")
    expect(page.locator("#answer")).to_contain_text("王**")
    check_in_by_digits(page, "0000")
    expect(page.locator("#queue")).to_contain_text("2")
    page.reload()
    expect(page.locator("#queue")).to_contain_text("2")
    assert states() == ["confirmed", "confirmed"]

    cancel(gone, at=timezone.now())
    page.context.set_offline(False)
    expect(page.locator("#queue")).to_be_empty()
    expect(page.locator("#conflicts li")).to_have_count(1)
    assert states() == ["attended", "cancelled"]
    assert CheckIn.objects.count() == 2


def test_two_phones_offline_with_one_party_make_a_conflict_and_one_check_in(open_door, come):
    come("13812345678", 3)
    phones = [open_door(width=390), open_door(width=390)]
    for phone in phones:
        phone.wait_for_selector("#door[data-offline=ready]")
        phone.context.set_offline(True)
        check_in_by_digits(phone, "5678")
        expect(phone.locator("#queue")).to_contain_text("1")

    for phone in phones:
        phone.context.set_offline(False)
        expect(phone.locator("#queue")).to_be_empty()

    expect(phones[1].locator("#conflicts li")).to_have_count(1)
    assert states() == ["attended"]
    assert SignUp.objects.get().people_arrived == 3


def test_clearing_the_device_leaves_nothing_on_it(open_door, come):
    come("13812345678")
    page = open_door(width=390)
    page.wait_for_selector("#door[data-offline=ready]")
    assert "5678" in page.evaluate("JSON.stringify(localStorage)")

    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#clear")
    expect(page.locator("#clear")).to_be_hidden()

    left = page.evaluate(
        """async () => [localStorage.length, (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert left == [0, 0, 0]


def test_a_list_that_has_ended_is_deleted_from_the_device(open_door, come):
    come("13812345678")
    page = open_door(width=390)
    page.wait_for_selector("#door[data-offline=ready]")
    page.context.set_offline(True)
    page.evaluate(
        """() => { const key = Object.keys(localStorage)[0];
        const kept = JSON.parse(localStorage[key]); kept.list.expires = 1;
        localStorage[key] = JSON.stringify(kept); }"""
    )

    page.reload()

    expect(page.locator("#clear")).to_be_hidden()
    assert "5678" not in page.evaluate("JSON.stringify(localStorage)")


def test_without_a_camera_it_says_so_and_search_stays(open_door, come):
    come("13812345678")
    page = open_door(width=390)
    expect(page.locator("#state")).to_contain_text("1")

    page.click("#start")

    expect(page.locator("#camera")).not_to_be_empty()
    expect(page.locator("#start")).to_be_hidden()
    check_in_by_digits(page, "5678")
    expect(page.locator("#queue")).to_be_empty()
    assert states() == ["attended"]


def test_without_a_script_search_and_a_button_do(open_door, come):
    come("13812345678", 2)
    page = open_door(width=390, javascript=False)
    expect(page.locator("noscript p")).to_be_visible()

    page.fill("#q", "5678")
    follow(page, "#without-script form[method=get] button")
    follow(page, "#without-script .found button")
    expect(page.locator(".answer--success")).to_contain_text("王**")

    assert states() == ["attended"]


def film(path, code):
    """A film of one picture: the code in white around, as a camera would see it."""
    width, height = PICTURE
    rows = [[0 if dark else 255 for dark in row] for row in segno.make(code).matrix_iter(scale=6)]
    top, left = (height - len(rows)) // 2, (width - len(rows[0])) // 2
    grey = bytearray(b"\xeb" * width * height)
    for number, row in enumerate(rows):
        start = (top + number) * width + left
        grey[start : start + len(row)] = bytes(16 if not value else 235 for value in row)
    colour = b"\x80" * (width * height // 2)
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode()
    path.write_bytes(head + (b"FRAME\n" + bytes(grey) + colour) * 3)


def test_the_camera_reads_a_code_with_the_reader_of_the_page(
    chromium, live_server, cookies, session, come, tmp_path
):
    one = come("13812345678", 3)
    film(tmp_path / "code.y4m", door_code(one))
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *QUIET,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'code.y4m'}",
        ],
    )
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(reverse("open_day:door", args=[session.pk]))
    expect(page.locator("#state")).to_contain_text("1")

    page.click("#start")

    expect(page.locator("#answer")).to_contain_text("王**", timeout=20_000)
    expect(page.locator("#queue")).to_be_empty()
    browser.close()
    assert states() == ["attended"]


@pytest.mark.parametrize("width", [390, 1280])
def test_desk_and_door_shut_nobody_out(open_door, session, come, width):
    come("13812345678", 2)
    page = open_door(width=width)
    expect(page.locator("#state")).to_contain_text("1")
    at = [session.activity_id, session.pk]
    paths = [
        reverse("open_day:door", args=[session.pk]),
        reverse("open_day:door_paper", args=[session.pk]),
        reverse("open_day:desk", args=at[:1]),
        reverse("open_day:parties", args=at),
        reverse("open_day:party", args=[*at, SignUp.objects.get().pk]),
        reverse("open_day:cancel", args=at),
    ]
    found = {}
    for path in paths:
        page.goto(path)
        # Wagtail's own frame is theirs to answer for; the content is ours.
        ours = "#door" if "/door/" in path else "#main"
        context = ours if page.locator(ours).count() else "main"
        report = Axe().run(page, context=context).response["violations"]
        found[path] = [violation["id"] for violation in report]

    assert found == dict.fromkeys(found, [])
