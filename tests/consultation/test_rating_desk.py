"""What officers see of ratings, and who may note the call after a low one (rulebook E2, S2)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.enums import Role
from cms.accounts.models import Department
from cms.duties.actions import open_duty
from cms.duties.enums import State
from cms.duties.models import Duty
from cms.intake.duties import CALL_BACK
from cms.intake.models import ServiceRating
from tests.factories import OPENS, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rate(say, lift):
    """A rating of an answer of the lifts' department; a low one owes a call."""

    def call(grade="bad", **fields):
        receipt = say("建议加宽门。").receipt
        rating = ServiceRating.objects.create(
            receipt=receipt,
            department=lift.department,
            subject="x",
            title="电梯的意见",
            grade=grade,
            comment="没看懂理由",
            submission_key=receipt.submission_key,
            rated_at=OPENS,
            changed_at=OPENS,
            **fields,
        )
        if grade in ("bad", "very_bad"):
            open_duty(
                CALL_BACK,
                rating,
                department=lift.department,
                title=rating.title,
                started_on=OPENS.date(),
                at=OPENS,
            )
        return rating

    return call


@pytest.fixture
def log_in(client):
    def call(role, department=None):
        user = UserFactory(role=role, department=department)
        client.force_login(user)
        return user

    return call


def address(rating):
    return reverse("ratings:rating", args=[rating.pk])


@pytest.mark.parametrize(
    ("role", "is_let_in"),
    [
        (Role.OFFICER, True),
        (Role.CLERK, True),
        (Role.EDITOR, False),
        (Role.REVIEWER, False),
        (Role.SIGNER, False),
        (Role.AUDITOR, False),
        (Role.SECURITY, False),
        (Role.DISCLOSURE, False),
    ],
)
def test_who_reads_ratings_and_notes_calls(client, rate, log_in, role, is_let_in):
    rating = rate()
    log_in(role)
    shown = [client.get(reverse("ratings:index")), client.get(address(rating))]

    assert [response.status_code == 200 for response in shown] == [is_let_in, is_let_in]
    assert [("没看懂理由" in page.content.decode()) for page in shown] == [False, is_let_in]
    client.post(address(rating), {"note": "已回访"})
    assert (Duty.objects.get().state == State.MET) is is_let_in


def test_a_department_finds_nothing_of_another(client, rate, log_in):
    rating = rate()
    other = Department.objects.create(code="culture", name="文化科", name_en="Culture")
    log_in(Role.OFFICER, other)

    assert client.get(address(rating)).status_code == 404
    assert client.post(address(rating), {"note": "已回访"}).status_code == 404
    assert rating.title not in client.get(reverse("ratings:index")).content.decode()
    assert Duty.objects.get().state == State.RUNNING


def test_the_note_closes_the_duty_and_stands_there(client, rate, log_in):
    rating = rate()
    officer = log_in(Role.OFFICER, rating.department)
    response = client.post(address(rating), {"note": "已电话说明"}, follow=True)

    assert "已电话说明" in response.content.decode()
    assert 'name="note"' not in response.content.decode()
    rating.refresh_from_db()
    assert rating.called_back_by == officer


def test_a_late_call_is_asked_for_its_reason_and_nothing_typed_is_lost(
    client, rate, log_in, clock
):
    rating = rate()
    log_in(Role.OFFICER, rating.department)
    clock.move_to(OPENS + timedelta(days=20))
    log_in(Role.OFFICER, rating.department)
    refused = client.post(address(rating), {"note": "已电话说明"})

    assert refused.status_code == 422
    assert "已电话说明" in refused.content.decode()
    assert Duty.objects.get().state == State.RUNNING
    client.post(address(rating), {"note": "已电话说明", "lateness_reason": "多次无人接听"})
    assert Duty.objects.get().lateness_reason == "多次无人接听"


def test_a_good_rating_offers_no_call(client, rate, log_in):
    rating = rate("good")
    log_in(Role.OFFICER, rating.department)

    assert 'name="note"' not in client.get(address(rating)).content.decode()


def test_the_list_counts_every_grade_and_keeps_its_queries(
    client, rate, log_in, django_assert_num_queries
):
    rating = rate()
    log_in(Role.OFFICER, rating.department)
    client.get(reverse("ratings:index"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(reverse("ratings:index"))
    rate("good"), rate("good")
    with django_assert_num_queries(len(for_one)):
        html = client.get(reverse("ratings:index")).content.decode()
    assert "满意 <strong>2</strong>" in html
