from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Page

from cms.accounts.models import Department, User
from cms.intake.actions import receipt_from_desk
from consultation.enums import Channel
from consultation.models import (
    ConsultationPage,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
    Opinion,
    OpinionGroup,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 11, 20, 17, 0, tzinfo=SHANGHAI)


@pytest.fixture
def housing(db):
    return Department.objects.create(code="housing", name="房管所")


@pytest.fixture
def culture(db):
    return Department.objects.create(code="culture", name="文体中心")


@pytest.fixture
def catalogue(db):
    root = Page.objects.get(depth=1)
    index = root.add_child(
        instance=DecisionIndexPage(title="重大行政决策", slug="decisions", live=False)
    )
    return index.add_child(
        instance=DecisionCataloguePage(title="2026年目录", slug="2026", year=2026, live=False)
    )


@pytest.fixture
def make_consultation(catalogue, housing):
    """A consultation under its own decision; each call is another one."""

    def make(slug="lift", **fields):
        department = fields.pop("department", housing)
        decision = catalogue.add_child(
            instance=DecisionPage(
                title=f"{slug}补贴办法",
                slug=slug,
                decision_class="measure",
                department=department,
                live=False,
            )
        )
        values = {
            "title": f"关于公开征求《{slug}补贴办法（草案）》意见的公告",
            "slug": "consultation",
            "draft_name": f"{slug}补贴办法（草案）",
            "department": department,
            "opens_at": datetime(2026, 10, 15, 9, 0, tzinfo=SHANGHAI),
            "closes_at": CLOSES,
            "live": False,
            "draft": [
                ("article", {"caption": "目的", "text": "<p>为了加装电梯。</p>"}),
                ("article", {"caption": "范围", "text": "<p>适用于本镇。</p>"}),
            ],
        }
        return decision.add_child(instance=ConsultationPage(**(values | fields)))

    return make


@pytest.fixture
def consultation(make_consultation):
    return make_consultation()


@pytest.fixture
def make_opinion(consultation):
    def make(text="建议尽快加装电梯", **fields):
        values = {
            "consultation": consultation,
            "text": text,
            "channel": Channel.WEB,
            "received_at": datetime(2026, 11, 1, 9, 30, tzinfo=SHANGHAI),
        }
        return Opinion.objects.create(**(values | fields))

    return make


@pytest.fixture
def opinion(make_opinion):
    return make_opinion()


@pytest.fixture
def group(consultation):
    return OpinionGroup.objects.create(consultation=consultation, title="低层住户采光")


@pytest.fixture
def make_user(db):
    """An official with these permissions, given as "app.codename"."""

    def make(username, *permissions, department=None):
        user = User.objects.create_user(username, password="x", department=department)
        for name in ("wagtailadmin.access_admin", *permissions):
            app, codename = name.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        return user

    return make


@pytest.fixture
def official(make_user):
    return make_user("dept-housing")


DESK_PERMISSIONS = (
    "consultation.view_opinion",
    "consultation.decide_opinion",
    "consultation.enter_opinion",
    "consultation.record_decision",
    "consultation.make_report",
    "intake.unmask_receipt",
)


@pytest.fixture
def officer(make_user, housing):
    """The officer of the department that runs the consultation, with every right on the desk."""
    return make_user("officer", *DESK_PERMISSIONS, department=housing)


@pytest.fixture
def desk(client, officer):
    """The officer's browser."""
    client.force_login(officer)
    return client


@pytest.fixture
def address(consultation):
    def address(name, *args):
        return reverse(f"opinions:{name}", args=[consultation.pk, *args])

    return address


@pytest.fixture
def make_receipt(db):
    def make(contact="13800001234", contact_name="王小明", **fields):
        values = {"kind": "opinion", "wants_letter": False, "at": AT}
        return receipt_from_desk(contact=contact, contact_name=contact_name, **(values | fields))

    return make
