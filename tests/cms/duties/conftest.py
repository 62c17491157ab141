from datetime import UTC, date, datetime

import pytest
from wagtail.models import Page

from cms.accounts.models import Department
from cms.duties import kinds
from cms.duties.actions import open_duty

REPORT = kinds.register(
    kinds.DutyKind(
        code="test-report",
        title="Adoption report",
        working_days=10,
        source="Work plan 2023, III.1",
        event="issued",
        event_title="Decision issued",
    )
)
AT = datetime(2026, 9, 18, 2, tzinfo=UTC)
STARTED = date(2026, 9, 18)  # ten working days later: 9 October
DUE = date(2026, 10, 9)


@pytest.fixture
def department():
    return Department.objects.create(code="housing", name="房管所")


@pytest.fixture
def page():
    return Page.objects.get(depth=2)


@pytest.fixture
def owe(page, department):
    def owe(started_on=STARTED, subject=None, **fields):
        return open_duty(
            REPORT,
            subject or page,
            **{"department": department, "title": "加装电梯", "at": AT, **fields},
            started_on=started_on,
        )

    return owe


@pytest.fixture
def duty(owe):
    return owe()
