"""The demo's heads of departments, and the last warning, which reaches them (plan 2023, III.1)."""

from datetime import UTC, date, datetime

import pytest

from cms.accounts.models import User
from cms.duties.actions import note_warnings, open_duty
from cms.letters.models import Letter
from cms.letters.warnings import write_duty_warnings
from consultation.duties import ADOPTION_REPORT
from home.demo_loader.people import load_departments, load_people

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 18, 8, tzinfo=UTC)
ISSUED = date(2026, 9, 18)
# Ten working days later: 9 October. Left before it: five, three, one, and none.
DAYS = (date(2026, 9, 25), date(2026, 9, 29), date(2026, 10, 8), date(2026, 10, 9))


@pytest.fixture
def departments(site):
    found = load_departments()
    load_people(found, password="a long password")
    return found


def owe_a_report(page, department) -> None:
    open_duty(ADOPTION_REPORT, page, department=department, title="反馈", started_on=ISSUED, at=AT)


def letters_of(day: date) -> list[str]:
    """To whom the warnings of a day go."""
    before = Letter.objects.count()
    note_warnings(day)
    write_duty_warnings(AT)
    fresh = Letter.objects.filter(cause="duty_warning").order_by("pk")[before:]
    return [letter.recipient.partition("@")[0] for letter in fresh]


def test_each_department_of_the_demo_has_one_head_who_is_an_example(departments):
    heads = User.objects.filter(is_department_head=True)
    assert sorted(head.department.code for head in heads) == sorted(departments)
    assert [head.first_name.endswith("负责人（示例）") for head in heads] == [True] * 4


@pytest.mark.parametrize(
    ("code", "officers"), [("housing", ["dept-housing"]), ("culture", ["dept-culture"])]
)
def test_the_warning_at_one_working_day_goes_to_the_head_as_well(
    departments, home, code, officers
):
    owe_a_report(home, departments[code])
    told = [letters_of(day) for day in DAYS]
    assert told == [officers, officers, [*officers, f"head-{code}"], []]


@pytest.mark.parametrize("code", ["office", "services"])
def test_a_head_without_officers_hears_of_each_warning_once(departments, home, code):
    owe_a_report(home, departments[code])
    assert [letters_of(day) for day in DAYS] == [[f"head-{code}"]] * 3 + [[]]
