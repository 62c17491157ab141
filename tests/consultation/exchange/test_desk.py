"""The officer's way to hand a consultation over, and to take one over."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.record.models import Event
from consultation.desk.faults import EXCHANGE, exchange_refusal
from consultation.exchange.package import unpacked
from consultation.exchange.reading import ExchangeUnreadable
from consultation.models import ConsultationPage, Opinion
from tests.helpers import let_go

from .conftest import TAKE_OVER

pytestmark = pytest.mark.django_db


def lines_of(response) -> list[bytes]:
    content = b"".join(response.streaming_content)
    let_go(response)
    return content.splitlines(keepends=True)


def test_a_consultation_is_downloaded_as_lines_and_as_a_package(desk, address, full):
    plain = lines_of(desk.post(address("exchange"), {"kind": "jsonl"}))
    response = desk.post(address("exchange"), {"kind": "zip"})
    packed = SimpleUploadedFile("c.zip", b"".join(response.streaming_content))
    let_go(response)

    assert len(plain) == len(list(unpacked(packed.file))) == 12
    assert json.loads(plain[0])["contacts"] is False
    assert Event.objects.filter(verb="consultation.exported").count() == 2


def test_looking_at_the_form_takes_nothing_away(desk, address, full):
    assert desk.get(address("exchange")).status_code == 200
    assert not Event.objects.filter(verb="consultation.exported").exists()


def test_contacts_need_their_reason(desk, address, full):
    refused = desk.post(address("exchange"), {"kind": "jsonl", "contacts": "on"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])

    taken = desk.post(address("exchange"), {"kind": "jsonl", "contacts": "on", "reason": "移交"})
    assert "13800001234" in b"".join(lines_of(taken)).decode()


def test_who_may_not_read_contacts_is_not_offered_them(client, address, full, make_user, housing):
    client.force_login(make_user("reader", "consultation.view_opinion", department=housing))

    assert "contacts" not in client.get(address("exchange")).context["form"].fields
    asked = {"kind": "jsonl", "contacts": "on", "reason": "x"}
    assert (
        "13800001234" not in b"".join(lines_of(client.post(address("exchange"), asked))).decode()
    )


def test_another_department_hands_nothing_over(client, address, full, make_user):
    client.force_login(make_user("nobody"))
    assert client.get(address("exchange")).status_code == 302
    assert client.get(TAKE_OVER).status_code == 302


def test_a_consultation_is_taken_over(hand_in, desk, export, full):
    response = hand_in(export(full))

    page = ConsultationPage.objects.exclude(pk=full.pk).get()
    assert response.url == reverse("opinions:desk", args=[page.pk])
    assert "草稿" in desk.get(response.url).content.decode()
    assert Opinion.objects.filter(consultation=page).count() == 6


def test_a_broken_file_is_refused_at_its_field_and_nothing_stays(hand_in, export, full):
    response = hand_in(export(full)[:-1])

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [str(EXCHANGE["cut_off"])]}
    assert ConsultationPage.objects.count() == 1


def test_no_catalogue_is_offered_where_no_page_may_be_added(
    desk, catalogue, housing, export, full
):
    file = SimpleUploadedFile("c.jsonl", b"".join(export(full)))

    response = desk.post(
        TAKE_OVER, {"file": file, "catalogue": catalogue.pk, "department": housing.pk}
    )
    assert list(response.context["form"].errors) == ["catalogue"]


def test_every_refusal_has_words():
    for code in EXCHANGE:
        assert exchange_refusal(ExchangeUnreadable(code, 7, "x")) != ""
