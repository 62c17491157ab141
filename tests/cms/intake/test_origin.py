"""Forms without a cookie, and without an open door for the pages of others."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

FORM = {"number": "AAAA-BBBB-CCCC", "code": "X"}


@pytest.mark.parametrize(
    ("origin", "status"),
    (
        (None, 404),
        ("http://testserver", 404),
        ("http://elsewhere.example", 403),
        ("http://testserver.elsewhere.example", 403),
        ("null", 403),
    ),
)
def test_a_form_on_the_page_of_somebody_else_is_refused(origin, status):
    browser = Client(enforce_csrf_checks=True, headers={"origin": origin} if origin else None)

    assert browser.post("/receipts/", FORM).status_code == status


def test_the_doors_of_officials_keep_their_token():
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/admin/login/", {"username": "editor"}).status_code == 403


def test_a_citizens_form_sets_no_cookie(client):
    assert not client.get("/receipts/").cookies
