import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cms.intake.forms import LookupForm
from cms.intake.slips import Slip

pytestmark = pytest.mark.django_db


@pytest.fixture
def slip(submit, settings):
    settings.BASE_URL = "https://town.example"
    receipt, code, _ = submit(contact_name="张三", delete_contact_on=date(2027, 11, 23))
    return Slip(receipt, code)


def test_the_square_leads_to_the_look_up_and_keeps_the_code_from_every_server(slip):
    address = urlsplit(slip.private_url)
    assert address.path == "/receipts/"
    assert address.query == f"number={slip.receipt.number}"
    assert address.fragment == f"code={slip.query_code}"
    assert slip.query_code not in slip.lookup_url


def test_the_square_of_an_english_receipt_leads_to_the_english_page(slip):
    slip.receipt.language = "en"
    assert urlsplit(slip.lookup_url).path == "/en/receipts/"


def test_the_square_is_drawn_in_the_page_itself(slip):
    assert slip.qr_svg.startswith("<svg")
    assert "viewBox=" in slip.qr_svg, "or it is cut off when it shrinks"
    assert not re.search(r"style=|href=|src=|<script", slip.qr_svg)


def test_a_receipt_says_what_to_keep_and_when_the_data_goes(slip):
    with translation.override("en"):
        html = render_to_string(
            "intake/_receipt.html", {"slip": slip, "next_steps": "<b>We study it.</b>"}
        )
    assert slip.receipt.number in html
    assert slip.query_code in html
    assert "&lt;b&gt;We study it." in html
    assert "will be deleted on Nov. 23, 2027" in html
    assert "张三" not in html


def test_a_receipt_without_contact_says_so(submit):
    receipt, code, _ = submit()
    with translation.override("en"):
        html = render_to_string("intake/_receipt.html", {"slip": Slip(receipt, code)})
    assert "no contact data" in html
    assert "deleted" not in html


def test_the_look_up_asks_for_number_and_code_and_says_when_nothing_is_found(rf):
    with translation.override("en"):
        html = render_to_string(
            "intake/lookup_form.html",
            {"form": LookupForm(initial={"number": "ABCD"}), "not_found": True},
            request=rf.get("/receipts/"),
        )
    assert 'value="ABCD"' in html
    assert 'name="code"' in html
    assert 'role="alert"' in html
