"""What every answer carries: the content policy, and for how long it may be kept."""

import pytest

pytestmark = pytest.mark.django_db


def policy_of(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts if " " in part.strip())


def test_nothing_inline_and_nothing_from_elsewhere_on_the_public_pages(client):
    policy = policy_of(client.get("/receipts/"))

    assert policy["default-src"] == "'self'"
    assert not any("unsafe" in sources for sources in policy.values())


def test_the_editor_may_run_its_own_inline_scripts_and_nothing_from_elsewhere(client):
    policy = policy_of(client.get("/admin/login/"))

    assert policy["script-src"] == "'self' 'unsafe-inline'"
    assert policy["default-src"] == "'self'"


def test_a_form_is_nobody_elses_to_keep(client):
    assert "no-store" in client.get("/receipts/")["Cache-Control"]
