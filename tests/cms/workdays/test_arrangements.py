from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.accounts.models import User
from cms.workdays.actions import DayAlreadyArranged, enter_arrangement, withdraw_arrangement
from cms.workdays.models import ArrangedDay, Arrangement
from cms.workdays.queries import calendar
from cms.workdays.registry import after_change
from cms.workdays.rules import DayOutsideNotice, nth_working_day

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
NEW_YEAR_2027 = {
    date(2027, 1, 1): (False, "元旦"),
    date(2027, 1, 2): (False, "元旦"),
    date(2027, 1, 3): (True, ""),
    date(2027, 1, 4): (False, "元旦"),
}


def enter(days=None, year=2027):
    return enter_arrangement(
        year, "国办发明电〔2026〕9号", date(2026, 11, 24), days or NEW_YEAR_2027, at=AT
    )


@pytest.fixture
def told():
    moments = []
    listener = moments.append
    after_change.append(listener)
    yield moments
    after_change.remove(listener)


@pytest.fixture
def clerk(client):
    user = User.objects.create_superuser("clerk", password="x")
    client.force_login(user)
    return user


def test_entering_the_notice_makes_the_dates_of_its_year_final():
    before = nth_working_day(date(2026, 12, 21), 10, calendar())
    enter()
    after = nth_working_day(date(2026, 12, 21), 10, calendar())
    assert (before.day, before.provisional) == (date(2027, 1, 5), True)
    assert (after.day, after.provisional) == (date(2027, 1, 5), False)
    assert [line.day for line in after.days if line.counted][-2:] == [
        date(2027, 1, 3),
        date(2027, 1, 5),
    ]


def test_what_the_town_entered_wins_over_the_library():
    enter({date(2026, 11, 24): (False, "停工")}, year=2026)
    assert not calendar().is_working(date(2026, 11, 24))
    assert calendar().name_of(date(2026, 11, 24)) == "停工"
    assert not calendar().is_working(date(2026, 10, 1))


def test_the_calendar_is_one_query(django_assert_num_queries):
    enter()
    enter({date(2028, 1, 3): (False, "元旦")}, year=2028)
    with django_assert_num_queries(1):
        calendar()


def test_entering_a_notice_again_replaces_its_days():
    enter()
    enter({date(2027, 1, 1): (False, "元旦")})
    assert [str(entry) for entry in ArrangedDay.objects.all()] == ["2027-01-01"]
    assert Arrangement.objects.count() == 1


def test_withdrawing_a_notice_makes_its_year_provisional_again(told):
    withdraw_arrangement(enter(), at=AT)
    assert not calendar().is_announced(2027)
    assert told == [AT, AT]


def test_whoever_wants_to_know_is_told_of_a_change(told):
    enter()
    assert told == [AT]


def test_a_refused_notice_changes_nothing_and_tells_nobody(told):
    with pytest.raises(DayOutsideNotice):
        enter({date(2028, 1, 1): (False, "元旦")})
    assert (Arrangement.objects.count(), told) == (0, [])


def test_a_day_that_another_notice_has_arranged_is_refused():
    enter({date(2026, 12, 31): (False, "元旦")})
    with pytest.raises(DayAlreadyArranged, match="2026-12-31"):
        enter({date(2026, 12, 31): (True, "")}, year=2026)
    assert not Arrangement.objects.filter(year=2026).exists()


def test_entering_and_withdrawing_are_in_the_log(clerk):
    enter_arrangement(2027, "9号", date(2026, 11, 24), NEW_YEAR_2027, by=clerk, at=AT)
    entry = ModelLogEntry.objects.get(action="workdays.enter")
    assert (entry.user, entry.timestamp) == (clerk, AT)
    assert entry.data == {"year": 2027, "notice": "9号", "days": 4}


@pytest.mark.parametrize("fields", [{"year": 2000}, {"year": 2101}, {"notice_number": ""}])
def test_the_database_refuses_a_notice_without_a_year_or_a_number(fields):
    complete = {"year": 2027, "notice_number": "9号", "issued_on": date(2026, 11, 24)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrangement.objects.create(**complete | fields)


def notice_form(*days, **fields):
    form = {
        "year": 2027,
        "notice_number": "9号",
        "issued_on": "2026-11-24",
        "days-TOTAL_FORMS": len(days),
        "days-INITIAL_FORMS": 0,
        "days-MIN_NUM_FORMS": 1,
        "days-MAX_NUM_FORMS": 1000,
    }
    for number, (day, is_working, name) in enumerate(days):
        form |= {f"days-{number}-day": day, f"days-{number}-name": name}
        form |= {f"days-{number}-is_working": "on"} if is_working else {}
    return form | fields


def test_a_clerk_enters_a_notice_in_the_cms_and_every_time_limit_is_counted_anew(
    client, clerk, told
):
    form = notice_form(("2027-01-01", False, "元旦"), ("2027-01-03", True, ""))
    response = client.post(reverse("arrangements:add"), form)
    assert response.status_code == 302
    entered = list(ArrangedDay.objects.values_list("day", "is_working", "name"))
    assert entered == [(date(2027, 1, 1), False, "元旦"), (date(2027, 1, 3), True, "")]
    assert len(told) == 1
    assert ModelLogEntry.objects.get(action="workdays.enter").user == clerk


def test_a_clerk_corrects_a_notice_but_not_its_year(client, clerk, told):
    arrangement = enter({date(2027, 1, 1): (False, "元旦")})
    entry = arrangement.days.get()
    form = notice_form(("2027-01-02", False, "元旦"), year=2028)
    form |= {"days-INITIAL_FORMS": 1, "days-0-id": entry.pk}
    response = client.post(reverse("arrangements:edit", args=[arrangement.pk]), form)
    assert response.status_code == 302
    assert list(Arrangement.objects.values_list("year", flat=True)) == [2027]
    assert list(ArrangedDay.objects.values_list("day", flat=True)) == [date(2027, 1, 2)]
    assert len(told) == 2


def test_the_form_says_which_day_does_not_belong_to_the_notice(client, clerk, told):
    form = notice_form(("2028-01-01", False, "元旦"))
    response = client.post(reverse("arrangements:add"), form)
    assert response.status_code == 200
    assert "2028-01-01" in str(response.context["form"].non_field_errors())
    assert (Arrangement.objects.count(), told) == (0, [])


def test_a_notice_without_days_is_refused_in_the_form(client, clerk):
    assert client.post(reverse("arrangements:add"), notice_form()).status_code == 200
    assert Arrangement.objects.count() == 0


def test_deleting_a_notice_in_the_cms_counts_anew(client, clerk, told):
    arrangement = enter()
    response = client.post(reverse("arrangements:delete", args=[arrangement.pk]))
    assert response.status_code == 302
    assert Arrangement.objects.count() == 0
    assert len(told) == 2


def test_the_list_and_the_forms_of_notices_open(client, clerk):
    arrangement = enter()
    for url in [
        reverse("arrangements:index"),
        reverse("arrangements:add"),
        reverse("arrangements:edit", args=[arrangement.pk]),
        reverse("arrangements:delete", args=[arrangement.pk]),
    ]:
        assert client.get(url).status_code == 200
