"""People, departments and who heads them, as the security administrator enters them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.enums import Role
from cms.accounts.models import Department, User
from cms.record.models import Event
from home.founding import found_site
from tests.factories import DepartmentFactory, UserFactory
from tests.helpers import without_indexes

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings):
    with without_indexes(settings):
        yield found_site()


@pytest.fixture
def housing():
    return DepartmentFactory()


@pytest.fixture
def security(client, site):
    user = UserFactory(role=Role.SECURITY)
    client.force_login(user)
    return user


@pytest.fixture
def li(site):
    return UserFactory(
        username="li", first_name="李科长", email="li@songnan.example", role=Role.OFFICER
    )


def sent(user: User, **changes) -> dict:
    return {
        "username": user.username,
        "first_name": user.first_name or "官员",
        "last_name": "",
        "email": user.email or "someone@songnan.example",
        "is_active": "on",
        "groups": [group.pk for group in user.groups.all()],
        **changes,
    }


def address(user: User) -> str:
    return reverse("wagtailusers_users:edit", args=[user.pk])


def place(user: User) -> tuple:
    user.refresh_from_db()
    return user.department, user.is_department_head


def test_an_official_is_made_head_of_a_department(client, security, li, housing):
    head = {"department": housing.pk, "is_department_head": "on"}
    assert client.post(address(li), sent(li, **head)).status_code == 302
    assert place(li) == (housing, True)
    assert Event.objects.filter(subject_id=str(li.pk), actor=security).exists()


def test_a_new_official_has_a_place_from_the_start(client, security, housing):
    data = {
        "username": "wang",
        "first_name": "王主任",
        "email": "wang@songnan.example",
        "password1": "Hard-to-guess-7",
        "password2": "Hard-to-guess-7",
        "department": housing.pk,
    }
    assert client.post(reverse("wagtailusers_users:add"), data).status_code == 302
    made = User.objects.get(username="wang")
    assert (made.department, made.is_department_head) == (housing, False)


def test_who_heads_a_department_belongs_to_one(client, security, li):
    page = client.post(address(li), sent(li, is_department_head="on")).content.decode()
    assert "请说明是哪个部门的负责人。" in page
    assert place(li) == (None, False)
    with pytest.raises(IntegrityError, match="head_has_a_department"), transaction.atomic():
        User.objects.filter(pk=li.pk).update(is_department_head=True)


def test_nobody_makes_themselves_head(client, security, housing):
    page = client.get(address(security)).content.decode()
    assert ["部门负责人" in page, 'name="is_department_head"' in page] == [False, False]
    head = {"department": housing.pk, "is_department_head": "on"}
    assert client.post(address(security), sent(security, **head)).status_code == 302
    assert place(security) == (None, False)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY}))
def test_no_other_role_says_who_heads_a_department(client, li, housing, role):
    client.force_login(UserFactory(role=role))
    head = {"department": housing.pk, "is_department_head": "on"}
    for form in (address(li), reverse("departments:edit", args=[housing.pk])):
        assert client.post(form, sent(li, **head)).status_code == 302
        assert client.get(form).status_code == 302
    assert place(li) == (None, False)
    assert list(Department.objects.values_list("name", flat=True)) == [housing.name]


def test_a_department_is_entered_and_renamed(client, security):
    data = {"code": "culture", "name": "文化科", "name_en": "Culture", "phone": "", "email": ""}
    assert client.post(reverse("departments:add"), data).status_code == 302
    entered = Department.objects.get(code="culture")
    renamed = reverse("departments:edit", args=[entered.pk])
    assert client.post(renamed, {**data, "name": "文化体育科"}).status_code == 302
    entered.refresh_from_db()
    assert entered.name == "文化体育科"


def queries_of_the_list(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("wagtailusers_users:index")).content.decode()
    assert "房屋管理科" in page
    return len(queries)


def test_the_list_of_people_takes_no_more_queries_for_more(client, security, housing):
    UserFactory(department=housing)
    queries_of_the_list(client)
    for_one = queries_of_the_list(client)
    for _number in range(3):
        UserFactory(department=housing, is_department_head=True)
    assert queries_of_the_list(client) == for_one
