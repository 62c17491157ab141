"""好差评: five grades, one rating for a receipt, and a call after a low one (rulebook E2)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cms.accounts.models import Department
from cms.duties.actions import LatenessNeedsReason
from cms.duties.enums import State
from cms.duties.models import Duty
from cms.intake import lookups
from cms.intake.actions import delete_contact, purge_contacts, purge_rating_words
from cms.intake.duties import CALL_BACK
from cms.intake.enums import Grade
from cms.intake.links import rating_path, receipt_of_link
from cms.intake.lookups import Answer, LookupKind
from cms.intake.models import ServiceRating
from cms.intake.queries import public_grades, visible_ratings
from cms.intake.rating_actions import note_call_back, rate_answer
from cms.intake.rules import (
    RATING_DAYS,
    RatedSince,
    RatingClosed,
    ReasonMissing,
    last_day_to_rate,
    shown_in_public,
)
from cms.record.models import Event
from tests.factories import DepartmentFactory, UserFactory

from .conftest import AT, make_key

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def department():
    return DepartmentFactory()


@pytest.fixture
def answered(monkeypatch, department):
    """Every receipt of this test is answered on the day of AT, until a test says otherwise."""
    answer = {"": Answer(department, "thing:1", "关于电梯的意见", timezone.localdate(AT))}
    kind = LookupKind("", lambda *_: {}, lambda *_: "", lambda _receipt: answer[""])
    monkeypatch.setitem(lookups._kinds, "opinion", kind)
    return answer


@pytest.fixture
def receipt(submit, answered):
    return submit(contact="13812345678")[0]


@pytest.fixture
def rate(receipt):
    def call(grade=Grade.GOOD, *, at=AT, key=None, of=None, **said):
        return rate_answer(
            of or receipt, grade=grade, key=key or make_key(at, "rating"), at=at, **said
        )

    return call


def duties():
    return [(duty.state, duty.title) for duty in Duty.objects.filter(kind=CALL_BACK.code)]


def test_a_rating_is_kept_with_its_reasons_and_words(rate, department):
    rating = rate(Grade.BAD, reasons=["slow"], comment=" 等了很久 ")

    assert (rating.grade, rating.reasons, rating.comment) == (Grade.BAD, ["slow"], "等了很久")
    assert (rating.department, rating.title) == (department, "关于电梯的意见")


def test_the_words_are_unreadable_in_the_database(rate):
    rate(comment="很不满意的原因")
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM intake_servicerating")
        [(stored,)] = cursor.fetchall()

    assert "不满意" not in stored


def test_the_same_key_counts_once(rate):
    key = make_key(AT, "rating")
    first = rate(Grade.GOOD, key=key)
    again = rate(Grade.VERY_BAD, key=key)

    assert (again.pk, again.grade, ServiceRating.objects.count()) == (first.pk, Grade.GOOD, 1)
    assert Event.objects.filter(verb="intake.answer_rated").count() == 1


def test_a_second_rating_replaces_the_first(rate):
    rate(Grade.BAD)
    rate(Grade.VERY_GOOD, at=AT + MINUTE)

    assert [rating.grade for rating in ServiceRating.objects.all()] == [Grade.VERY_GOOD]


def test_a_form_put_out_before_the_last_change_changes_nothing(rate):
    old = make_key(AT, "rating")
    rate(Grade.VERY_GOOD, at=AT + MINUTE)
    with pytest.raises(RatedSince):
        rate(Grade.BAD, key=old, at=AT + 2 * MINUTE)

    assert ServiceRating.objects.get().grade == Grade.VERY_GOOD


def last_moment():
    day = last_day_to_rate(timezone.localdate(AT))
    return AT.replace(year=day.year, month=day.month, day=day.day, hour=23, minute=59, second=59)


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [(AT, True), (last_moment(), True), (last_moment() + timedelta(seconds=1), False)],
)
def test_an_answer_can_be_rated_until_its_last_day_is_over(rate, at, is_taken):
    if is_taken:
        assert rate(at=at).pk
    else:
        with pytest.raises(RatingClosed):
            rate(at=at)


def test_the_last_day_is_ninety_days_after_the_answer():
    day = timezone.localdate(AT)
    assert last_day_to_rate(day) == day + timedelta(days=90)
    assert RATING_DAYS == 90


def test_what_is_not_answered_yet_cannot_be_rated(rate, answered):
    answered[""] = None
    with pytest.raises(RatingClosed):
        rate()


@pytest.mark.parametrize(
    ("grade", "is_called"),
    [
        (Grade.VERY_GOOD, False),
        (Grade.GOOD, False),
        (Grade.FAIR, False),
        (Grade.BAD, True),
        (Grade.VERY_BAD, True),
    ],
)
def test_a_low_grade_opens_the_duty_to_call_back(rate, department, grade, is_called):
    rate(grade)

    assert duties() == ([(State.RUNNING, "关于电梯的意见")] if is_called else [])
    if is_called:
        duty = Duty.objects.get()
        assert (duty.department, duty.working_days) == (department, 5)


def test_a_grade_raised_before_the_call_cancels_it_and_one_lowered_again_owes_it_anew(rate):
    rate(Grade.BAD)
    rate(Grade.GOOD, at=AT + MINUTE)
    assert duties() == [(State.CANCELLED, "关于电梯的意见")]
    rate(Grade.VERY_BAD, at=AT + timedelta(days=1))
    assert duties() == [(State.RUNNING, "关于电梯的意见")]
    assert Duty.objects.get().started_on == timezone.localdate(AT + timedelta(days=1))


def test_a_low_grade_that_stays_low_does_not_gain_the_office_time(rate):
    due_on = (rate(Grade.BAD), Duty.objects.get().due_on)[1]
    rate(Grade.VERY_BAD, at=AT + timedelta(days=1))

    assert Duty.objects.get().due_on == due_on


def test_the_officers_note_closes_the_duty(rate):
    officer = UserFactory()
    rating = note_call_back(rate(Grade.BAD), note="已电话说明，居民表示理解", by=officer, at=AT)

    assert (rating.called_back_by, rating.called_back_at) == (officer, AT)
    assert duties() == [(State.MET, "关于电梯的意见")]
    told = Event.objects.get(verb="intake.called_back")
    assert "居民" not in str(told.data)


def test_a_call_without_a_note_is_no_call(rate):
    rating = rate(Grade.BAD)
    with pytest.raises(ReasonMissing):
        note_call_back(rating, note="  ", by=UserFactory(), at=AT)
    assert duties() == [(State.RUNNING, "关于电梯的意见")]


def test_a_late_call_says_why(rate):
    rating, officer = rate(Grade.BAD), UserFactory()
    late = AT + timedelta(days=30)
    with pytest.raises(LatenessNeedsReason):
        note_call_back(rating, note="已回访", by=officer, at=late)
    rating.refresh_from_db()
    assert rating.called_back_at is None
    note_call_back(rating, note="已回访", lateness_reason="电话无人接听", by=officer, at=late)
    assert duties() == [(State.MET_LATE, "关于电梯的意见")]


def test_who_withdraws_consent_takes_the_words_along_and_leaves_the_grade(rate, receipt):
    rate(Grade.BAD, comment="我是三楼的住户")
    delete_contact(receipt, by="citizen", at=AT)
    rating = ServiceRating.objects.get()

    assert (rating.grade, rating.comment, rating.words_deleted_at) == (Grade.BAD, "", AT)


def test_the_words_go_with_the_contact_on_its_day(rate, receipt):
    rate(Grade.BAD, comment="我是三楼的住户")
    day = AT + timedelta(days=(receipt.delete_contact_on - timezone.localdate(AT)).days)
    purge_contacts(day - timedelta(days=1))
    assert ServiceRating.objects.get().comment == "我是三楼的住户"
    purge_contacts(day)
    assert ServiceRating.objects.get().comment == ""


def test_words_of_who_left_no_contact_go_after_the_same_time(rate, submit, settings):
    kept = timedelta(days=settings.JIANYAN_CONTACT_KEPT_DAYS)
    nobody = submit()[0]
    rate(Grade.BAD, comment="没留电话", of=nobody)

    assert purge_rating_words(AT + kept - MINUTE) == {"rating_words": 0}
    assert purge_rating_words(AT + kept) == {"rating_words": 1}
    assert purge_rating_words(AT + kept) == {"rating_words": 0}
    assert ServiceRating.objects.get().comment == ""


def test_a_link_opens_its_own_receipt_and_no_other(receipt, submit):
    token = rating_path(receipt).rstrip("/").rpartition("/")[2]
    other = submit()[0]

    assert receipt_of_link(token) == receipt
    assert receipt_of_link(token.replace(receipt.number, other.number)) is None
    assert receipt_of_link(receipt.number) is None


@pytest.mark.parametrize(("count", "is_shown"), [(0, False), (9, False), (10, True)])
def test_under_ten_ratings_no_number_is_public(rate, submit, count, is_shown):
    for _number in range(count):
        rate(Grade.GOOD, of=submit()[0])

    assert bool(public_grades("thing:1")) is is_shown
    if is_shown:
        assert public_grades("thing:1")["good"] == count
    assert public_grades("thing:2") == {}


def test_the_rule_hides_all_grades_or_none():
    assert shown_in_public({"good": 8, "bad": 1}) == {}
    assert shown_in_public({"good": 9, "bad": 1}) == {"good": 9, "bad": 1}


def test_a_department_reads_the_ratings_of_its_own_answers(rate, department):
    rating = rate()
    other = Department.objects.create(code="culture", name="文化科", name_en="Culture")

    assert list(visible_ratings(UserFactory(department=department))) == [rating]
    assert list(visible_ratings(UserFactory(department=other))) == []
    assert list(visible_ratings(UserFactory())) == [rating]


def test_the_database_holds_one_rating_for_a_receipt_and_five_grades(rate):
    rating = rate()
    for changes in ({"grade": "super"}, {"called_back_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceRating.objects.filter(pk=rating.pk).update(**changes)
    rating.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        rating.save(force_insert=True)
