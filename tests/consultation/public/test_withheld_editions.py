"""A superseded edition is taken from the public alone, with its reason, and nothing is lost."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.accounts.enums import Role
from cms.record.models import Event
from consultation.actions.report_files import make_report_files
from consultation.actions.reports import keep_edition, make_report
from consultation.actions.withholding import withhold_edition
from consultation.enums import ReportFormat
from consultation.models import ReportEdition, Withholding
from consultation.rules import EditionAlreadyWithheld, EditionNotSuperseded
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/adoption-report/"
PERSONAL = "住在1号楼的老陈"
REASON = "附件含有个人信息"


@pytest.fixture
def first(closed_consultation, say, publish_report, keep_files):
    say(closed_consultation, PERSONAL, verdict="adopted")
    return keep_files(publish_report(closed_consultation))


@pytest.fixture
def second(first, gate, officer):
    """The correction, which no longer has the personal text."""
    consultation = first.snapshot.consultation
    consultation.opinions.update(text="一位居民的建议")
    report = make_report(consultation, by=officer, at=timezone.now())
    report.correction = "更正附件。"
    edition = keep_edition(gate.publish(report), at=timezone.now())
    make_report_files(edition.pk, at=timezone.now())
    return edition


@pytest.fixture
def signer(first):
    return UserFactory(role=Role.SIGNER)


@pytest.fixture
def withheld(first, second, signer):
    return withhold_edition(first, reason=REASON, by=signer, at=timezone.now())


def body(response) -> str:
    streamed = response.streaming and b"".join(response.streaming_content)
    return (streamed or response.content).decode("utf-8", "replace")


def test_page_and_files_of_a_withheld_edition_are_gone_with_the_reason(client, first, withheld):
    for name in ("", *map(str, ReportFormat), "SHA256SUMS"):
        response = client.get(f"{ADDRESS}editions/1/{name}")
        said = body(response)
        assert (response.status_code, REASON in said, PERSONAL in said) == (410, True, False)
    told = client.get(f"{ADDRESS}editions/1/").content.decode()
    day = timezone.localdate().isoformat()
    assert f"第1版（{day}公开）自{day}起停止公开。" in told
    assert f"查看现行第2版（{day}）" in told
    assert first.data_sha256 in told


def test_the_valid_edition_says_that_the_other_one_was_and_why_it_is_not(client, second, withheld):
    page = client.get(ADDRESS).content.decode()
    assert "一位居民的建议" in page
    assert f"（已停止公开）</strong>： {REASON}" in page
    for name in map(str, ReportFormat):
        answered = client.get(f"{ADDRESS}editions/2/{name}")
        assert answered.status_code == client.get(f"{ADDRESS}{name}").status_code
        assert answered.status_code in (200, 404) if name == "report.pdf" else 200


def test_the_open_interface_says_so_as_well(client, second, withheld):
    whole = client.get(f"/api/v1/adoption-reports/{second.page_id}/").json()
    assert [
        (edition["number"], edition["withheld"] and edition["withheld"]["reason"])
        for edition in whole["editions"]
    ] == [(1, REASON), (2, None)]
    assert PERSONAL not in str(whole)


def test_nothing_of_a_withheld_edition_is_deleted_and_it_is_verified_on(first, withheld):
    said = StringIO()
    call_command("verify_reports", stdout=said)
    assert said.getvalue().splitlines() == [
        "2个版本均与公开时一致，其中1个已停止公开。",
        "2 editions are as they were published, of them withheld: 1.",
    ]
    assert first.snapshot.rows.get().text == PERSONAL
    assert first.is_as_it_was()


def test_the_withholding_is_on_record_and_cannot_be_taken_back_quietly(signer, first, withheld):
    event = Event.objects.get(verb="consultation.report_edition_withheld")
    assert (event.actor, event.subject_id, event.data) == (
        signer,
        str(first.page_id),
        {"number": 1},
    )
    for change in (
        lambda: Withholding.objects.update(reason="另一个原因"),
        lambda: Withholding.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="stays on record"), transaction.atomic():
            change()
    assert Withholding.objects.get().reason == REASON


def test_the_valid_edition_is_not_withheld_alone(client, first, signer):
    with pytest.raises(EditionNotSuperseded):
        withhold_edition(first, reason=REASON, by=signer, at=timezone.now())
    assert client.get(f"{ADDRESS}editions/1/").status_code == 200


def test_an_edition_is_withheld_once(first, withheld, signer):
    with pytest.raises(EditionAlreadyWithheld):
        withhold_edition(first, reason="又一次", by=signer, at=timezone.now())


def form_of(edition: ReportEdition) -> str:
    return reverse("opinions:withhold_edition", args=[edition.page_id, edition.number])


def test_who_may_take_pages_down_withholds_an_edition_in_the_cms(client, first, second, signer):
    client.force_login(signer)
    explorer = client.get(reverse("wagtailadmin_explore", args=[first.page_id]))
    listing = reverse("opinions:editions", args=[first.page_id])
    assert listing in explorer.content.decode()
    listed = client.get(listing).content.decode()
    assert (form_of(first) in listed, form_of(second) in listed) == (True, False)

    assert client.post(form_of(first), {"reason": " "}).status_code == 422
    refused = client.post(form_of(second), {"reason": REASON})
    assert "该版本现行有效，请先发布更正后的版本。" in refused.content.decode()
    assert client.post(form_of(first), {"reason": REASON}).status_code == 302

    assert Withholding.objects.get().edition == first
    assert f"停止公开：{REASON}" in client.get(listing).content.decode()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SIGNER, Role.ADMIN}))
def test_nobody_else_does(client, first, second, role):
    client.force_login(UserFactory(role=role))
    assert client.post(form_of(first), {"reason": REASON}).status_code == 302
    assert client.get(f"{ADDRESS}editions/1/").status_code == 200
    assert not Withholding.objects.exists()
