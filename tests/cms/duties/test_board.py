from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import Page

from cms.accounts.models import Department, User
from cms.duties.actions import cancel_duty, meet_duty, pause_duty
from cms.duties.enums import Colour
from cms.duties.models import Duty
from cms.duties.panels import DutyBoardPanel
from cms.duties.queries import board, standings, visible_duties

from .conftest import DUE, REPORT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 29)


@pytest.fixture
def official():
    def official(username, department=None):
        user = User.objects.create_user(username, password="x", department=department)
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        return user

    return official


@pytest.fixture
def pages(page):
    return [page.add_child(instance=Page(title=f"事项{n}", slug=f"matter-{n}")) for n in (1, 2, 3)]


def test_a_department_sees_its_own_duties_and_who_has_none_sees_all(
    owe, pages, department, official
):
    culture = Department.objects.create(code="culture", name="文体中心")
    housing_duty = owe(subject=pages[0])
    culture_duty = owe(subject=pages[1], department=culture)
    nobodys_duty = owe(subject=pages[2], department=None)

    def seen_by(user):
        return set(visible_duties(user))

    assert seen_by(official("dept-housing", department)) == {housing_duty}
    assert seen_by(official("dept-culture", culture)) == {culture_duty}
    assert seen_by(official("reviewer")) == {housing_duty, culture_duty, nobodys_duty}


def test_the_board_holds_open_duties_the_most_urgent_first(owe, pages, official):
    later = owe(date(2026, 9, 20), subject=pages[0])
    sooner = owe(date(2026, 9, 17), subject=pages[1])
    owe(subject=pages[2])
    meet_duty(pages[2], REPORT, on=DUE)
    assert [standing.duty for standing in board(official("admin"), TODAY)] == [sooner, later]


def test_a_standing_says_everything_a_clock_has_to_show(duty, page):
    [standing] = standings([duty], TODAY)
    assert (standing.days_used, standing.days_left, standing.days_paused) == (7, 3, 0)
    assert (standing.colour, standing.days_overdue) == (Colour.AMBER, 0)
    assert standing.edit_url == reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_an_overdue_duty_says_for_how_long(duty):
    [standing] = standings([duty], date(2026, 10, 12))
    assert (standing.days_overdue, standing.colour) == (2, Colour.PURPLE)


def test_a_paused_duty_uses_no_days_and_shows_no_colour(duty, page):
    duty = pause_duty(page, REPORT, on=date(2026, 9, 21))
    [standing] = standings([duty], date(2026, 11, 21))
    assert (standing.days_used, standing.days_left, standing.days_paused) == (2, 8, 61)
    assert standing.colour is None


def test_a_duty_met_or_cancelled_stands_still(owe, pages):
    duties = [owe(subject=page) for page in pages[:2]]
    meet_duty(pages[0], REPORT, on=date(2026, 9, 22))
    cancel_duty(pages[1], REPORT, on=date(2026, 9, 22))
    found = standings(Duty.objects.filter(pk__in=[duty.pk for duty in duties]), DUE)
    assert [(standing.days_used, standing.colour) for standing in found] == [(3, None), (3, None)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_as_many_queries_for_three_duties_as_for_one(
    owe, pages, official, django_assert_num_queries, count
):
    for page in pages[:count]:
        owe(subject=page)
    user = official("admin")
    request = RequestFactory().get("/")
    request.user = user
    with django_assert_num_queries(3):
        html = DutyBoardPanel().render_html({"request": request})
    assert html.count("加装电梯</a>") == count


def test_the_board_is_on_the_first_screen_of_the_cms(client, duty, official, department):
    client.force_login(official("dept-housing", department))
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert html.index("duty-board") < html.index("加装电梯")


def test_the_board_of_another_department_does_not_name_the_duty(client, duty, official):
    culture = Department.objects.create(code="culture", name="文体中心")
    client.force_login(official("dept-culture", culture))
    assert "加装电梯" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert "加装电梯" not in client.get(reverse("duties:index")).content.decode()
    assert client.get(reverse("duties:detail", args=[duty.pk])).status_code == 404


def test_the_list_is_filtered_by_state_and_department(client, owe, pages, official, department):
    culture = Department.objects.create(code="culture", name="文体中心")
    owe(subject=pages[0], title="房屋事项")
    owe(subject=pages[1], title="文体事项", department=culture)
    owe(subject=pages[2], title="已办事项")
    meet_duty(pages[2], REPORT, on=DUE)
    client.force_login(official("admin"))

    def titles(**filters):
        response = client.get(reverse("duties:index"), filters)
        return [duty.title for duty in response.context["object_list"]]

    assert titles() == ["房屋事项", "文体事项", "已办事项"]
    assert titles(state="met") == ["已办事项"]
    assert titles(department=culture.pk) == ["文体事项"]
    assert titles(state="running", department=department.pk) == ["房屋事项"]


def test_the_list_names_a_day_to_come_by_its_date(client, owe, official):
    owe(date(2099, 9, 1))
    client.force_login(official("admin"))
    assert "2099年9月15日" in client.get(reverse("duties:index")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_duties_as_for_one(
    client, owe, pages, official, django_assert_max_num_queries, count
):
    for page in pages[:count]:
        owe(subject=page)
    client.force_login(official("admin"))
    client.get(reverse("duties:index_results"))
    with django_assert_max_num_queries(11) as queries:
        response = client.get(reverse("duties:index_results"))
    assert response.content.decode().count("加装电梯") == count
    on_duties = [query for query in queries if '"duties_' in query["sql"]]
    assert len(on_duties) == 3  # count, page, segments


def test_the_detail_page_explains_the_date_day_by_day(client, duty, official):
    client.force_login(official("admin"))
    response = client.get(reverse("duties:detail", args=[duty.pk]))
    counted = response.context["counted"]
    assert (counted.day, len(counted.days)) == (DUE, 22)
    explanation = response.content.decode().split("<caption>")[1]
    assert explanation.count("<tr>") == 1 + 22
    assert "国庆节" in explanation


def test_the_detail_page_shows_lateness_with_its_reason(client, duty, page, official):
    meet_duty(page, REPORT, on=date(2026, 10, 10), reason="专家论证延后")
    client.force_login(official("admin"))
    html = client.get(reverse("duties:detail", args=[duty.pk])).content.decode()
    assert "专家论证延后" in html


def test_a_public_template_can_explain_a_date(duty):
    source = "{% load duty_tags %}{% explain duty as counted %}{{ counted.day.isoformat }}"
    assert Template(source).render(Context({"duty": duty})) == "2026-10-09"


def test_who_is_not_logged_in_sees_no_duty(client, duty):
    for url in [reverse("duties:index"), reverse("duties:detail", args=[duty.pk])]:
        response = client.get(url)
        assert response.status_code == 302
        assert response.url.startswith(reverse("wagtailadmin_login"))
