"""我要提意见: a real form on its own address (plan 2023, III.1; page outline 5.2)."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from consultation.models import Opinion
from tests.factories import CLOSES, ConsultationPageFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/consultation/opinion/"
TYPED = {
    "text": "建议一楼住户也给补偿，并公开评估报告。",
    "reasons": "采光受影响最大。",
    "contact_name": "王阿姨",
    "contact": "wang@example.cn",
}
MEGABYTE = "长" * 350_000


@pytest.fixture
def form(client, lift, notice):
    """The form as it was put out: what a browser sends back of itself."""
    shown = client.get(ADDRESS).context["form"]
    hidden = {name: shown[name].value() for name in ("submission_key", "notice_version")}
    return {**hidden, "consent": "on"}


def send(client, form, **typed):
    return client.post(ADDRESS, {**form, **typed})


def errors(response) -> dict[str, int]:
    return {name: len(found) for name, found in response.context["form"].errors.items()}


def words(response) -> str:
    return html.unescape(response.content.decode())


def test_the_form_is_shown_with_every_article(client, lift, notice):
    response = client.get(ADDRESS)

    assert response.status_code == 200
    labels = [label for _key, label in response.context["form"].fields["article_key"].choices]
    assert labels == ["整份草案", "第一条（目的和依据）", "第二条（补贴标准）"]


def test_an_opinion_is_received_with_its_receipt(client, form):
    response = send(client, form, **TYPED, identity="resident")

    opinion = Opinion.objects.get()
    assert response.status_code == 201
    assert (opinion.text, opinion.reasons, opinion.identity) == (
        TYPED["text"],
        TYPED["reasons"],
        "resident",
    )
    assert (opinion.receipt.contact_name, opinion.receipt.contact) == (
        TYPED["contact_name"],
        TYPED["contact"],
    )
    assert opinion.receipt.number in words(response)


def test_only_the_opinion_itself_is_asked_for(client, form):
    assert send(client, form, text="同意").status_code == 201


def test_the_button_pressed_twice_gives_the_same_receipt(client, form):
    first, second = send(client, form, text="同意"), send(client, form, text="同意")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.context["slip"] == second.context["slip"]
    assert Opinion.objects.count() == 1


def test_the_address_of_an_article_chooses_it(client, lift, notice):
    article = list(lift.draft)[1].id

    shown = client.get(ADDRESS, {"article": article}).context["form"]

    assert shown["article_key"].value() == article


def test_an_opinion_comes_with_its_attachment(client, form):
    file = SimpleUploadedFile("意见.txt", "附件里的意见".encode(), "text/plain")

    assert send(client, form, text="见附件", files=file).status_code == 201
    assert Opinion.objects.get().receipt.attachments.get().name == "意见.txt"


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"text": ""}, "text"),
        ({"text": " 　\n"}, "text"),
        ({"text": MEGABYTE}, "text"),
        ({"text": "有\x00字符"}, "text"),
        ({"reasons": "长" * 10_001}, "reasons"),
        ({"article_key": "nowhere"}, "article_key"),
        ({"identity": "king"}, "identity"),
        ({"contact": "wang@"}, "contact"),
        ({"contact": "", "wants_letter": "on"}, "contact"),
        ({"contact_name": "王" * 101}, "contact_name"),
        ({"consent": ""}, "consent"),
        ({"homepage": "https://example.com"}, "homepage"),
        ({"files": SimpleUploadedFile("run.exe", b"MZ\x90\x00", "application/pdf")}, "files"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_every_fault_is_said_at_its_field_and_nothing_typed_is_lost(client, form, typed, where):
    response = send(client, form, **{**TYPED, **typed})

    shown = response.context["form"]
    assert response.status_code == 422
    assert errors(response) == {where: 1}
    kept = {**TYPED, **typed}
    kept.pop("files", None)
    assert {name: shown[name].value() or "" for name in kept} == {
        name: value == "on" or value if name == "wants_letter" else value
        for name, value in kept.items()
    }
    assert not Opinion.objects.exists()


def test_the_faults_are_said_in_chinese(client, form):
    response = send(client, form, text="", consent="", contact="wang@")

    said = [message for found in response.context["form"].errors.values() for message in found]
    assert len(said) == 3
    assert [message for message in said if not any("一" <= c <= "鿿" for c in message)] == []
    assert [message for message in said if message not in words(response)] == []


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野家旁边的𠮷",
        "好👍🏽👨‍👩‍👧",
        "‮反向",
        "a\u0301",
        "第一行\n第二行",
        "=1+1",
        "<b>不是标记</b>",
    ],
)
def test_rare_characters_are_kept_exactly(client, form, text):
    assert send(client, form, text=text).status_code == 201
    assert Opinion.objects.get().text == text


def test_markup_of_a_citizen_is_shown_as_text(client, form):
    response = send(client, form, text="<script>alert(1)</script>", consent="")

    assert b"<script>alert(1)</script>" not in response.content


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("text=建议".encode("gbk"), "application/x-www-form-urlencoded"),
        ("text=建议".encode("gbk"), "application/x-www-form-urlencoded; charset=gbk"),
        ("text=建议".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
        (b"text=%ff%fe%00", "application/x-www-form-urlencoded"),
        (b"text=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"text=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b'{"text": "x"}', "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"\x00\x01", "application/octet-stream"),
    ],
)
def test_a_wrong_encoding_is_refused_and_never_breaks(client, form, body, content_type):
    response = client.generic("POST", ADDRESS, body, content_type)

    assert 400 <= response.status_code < 500
    assert not Opinion.objects.exists()


def test_a_form_open_for_too_long_is_put_out_anew_with_the_text(client, form, clock):
    clock.shift(timedelta(hours=24))

    response = send(client, form, **TYPED)

    shown = response.context["form"]
    assert response.status_code == 422
    assert shown["text"].value() == TYPED["text"]
    again = {**form, "submission_key": shown["submission_key"].value()}
    assert send(client, again, **TYPED).status_code == 201


def test_a_key_of_nobodys_making_is_refused(client, form):
    assert send(client, form | {"submission_key": "x" * 32}, **TYPED).status_code == 422
    assert not Opinion.objects.exists()


def test_too_many_from_one_network_are_asked_to_wait_and_lose_nothing(client, form, settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 1
    send(client, form, **TYPED)
    shown = client.get(ADDRESS).context["form"]
    another = {**form, "submission_key": shown["submission_key"].value()}

    response = send(client, another, **TYPED)

    assert response.status_code == 429
    assert response.context["form"]["text"].value() == TYPED["text"]
    assert Opinion.objects.count() == 1


def test_before_it_opens_and_after_it_closes_there_is_no_form(client, lift, notice, clock):
    for at in (lift.opens_at - timedelta(seconds=1), CLOSES):
        clock.move_to(at)
        assert client.get(ADDRESS).status_code == 409


def test_who_comes_too_late_gets_the_text_back(client, form, clock):
    clock.move_to(CLOSES)

    response = send(client, form, **TYPED)

    assert response.status_code == 409
    assert TYPED["text"] in words(response)
    assert not Opinion.objects.exists()


def test_a_press_repeated_after_the_close_shows_the_receipt(client, form, clock):
    clock.move_to(CLOSES - timedelta(seconds=1))
    form = {
        **form,
        "submission_key": client.get(ADDRESS).context["form"]["submission_key"].value(),
    }
    first = send(client, form, **TYPED)
    clock.move_to(CLOSES + timedelta(seconds=1))

    second = send(client, form, **TYPED)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.context["slip"] == first.context["slip"]


def test_a_consultation_that_is_not_public_has_no_form(client, draft_consultation, notice):
    draft_consultation.save_revision()

    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, TYPED).status_code == 404


def test_a_consultation_for_some_readers_has_no_form(client, lift, notice):
    PageViewRestriction.objects.create(page=lift, restriction_type="login")

    assert client.get(ADDRESS).status_code == 404


def test_a_consultation_taken_off_the_site_has_no_form(client, form, lift):
    lift.unpublish()

    assert send(client, form, **TYPED).status_code == 404


def test_the_english_page_has_its_form_and_fills_the_same_collection(client, lift, site, notice):
    english = site.root_page.get_translations().get().locale
    publish(lift.copy_for_translation(english, copy_parents=True))
    address = f"/en{ADDRESS}"
    shown = client.get(address).context["form"]
    data = {
        "submission_key": shown["submission_key"].value(),
        "notice_version": shown["notice_version"].value(),
        "consent": "on",
        "text": "Please widen the doors.",
    }

    response = client.post(address, data)

    opinion = Opinion.objects.get()
    assert response.status_code == 201
    assert (opinion.consultation, opinion.language) == (lift, "en")


def test_a_submission_takes_twelve_queries_at_most(client, form):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = send(client, form, **TYPED, wants_letter="on")

    assert response.status_code == 201
    ours = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(ours) <= 12


def test_the_form_sets_no_cookie_and_only_the_readers_own_browser_keeps_it(client, lift, notice):
    response = client.get(ADDRESS)

    assert not response.cookies
    assert response["Cache-Control"] == "private, max-age=0"
    assert "Cookie" not in response["Vary"]


def test_other_methods_are_refused(client, lift, notice):
    assert client.put(ADDRESS).status_code == 405
    assert client.delete(ADDRESS).status_code == 405


def test_two_consultations_have_their_own_forms(client, form, lift):
    catalogue = lift.get_parent().get_parent()
    other = ConsultationPageFactory(parent__parent=catalogue, parent__slug="noise")
    publish(other)

    response = client.post(ADDRESS.replace("lift", "noise"), {**form, "text": "少一点噪音"})

    assert response.status_code == 201
    assert Opinion.objects.get().consultation == other
