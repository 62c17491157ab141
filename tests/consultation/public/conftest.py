from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from cms.accounts.models import Department, User
from cms.intake.models import PrivacyNotice
from consultation.actions.opinions import enter_opinion
from consultation.actions.report_files import make_report_files
from consultation.actions.reports import keep_edition, make_report
from consultation.actions.verdicts import decide_opinions
from consultation.enums import Channel, Verdict
from consultation.models import (
    ConsultationPage,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
)
from home.demo_loader.gate import Gate
from home.founding import found_site
from home.models import HomePage

DRAFT = [
    ("chapter", "总则"),
    ("article", {"caption": "目的和依据", "text": "<p>为了加装电梯，制定本办法。</p>"}),
    ("article", {"caption": "", "text": "<p>补贴每台六万元。</p>"}),
]


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def officer(db):
    return User.objects.create_user("officer", password="x")


@pytest.fixture
def gate(db):
    people = {
        role: User.objects.create_user(role, password="x")
        for role in ("drafter", "reviewer", "signer")
    }
    return Gate(**people, at=timezone.now())


@pytest.fixture
def housing(db):
    return Department.objects.create(code="housing", name="房屋管理科", name_en="Housing")


@pytest.fixture
def home(gate):
    site = found_site()
    gate.publish(site.root_page.specific)
    return HomePage.objects.get(pk=site.root_page_id)


@pytest.fixture
def catalogue(gate, home):
    index = gate.add(
        home, DecisionIndexPage(title="重大行政决策", slug="decisions", show_in_menus=True)
    )
    return gate.add(index, DecisionCataloguePage(title="2026年目录", slug="2026", year=2026))


@pytest.fixture
def decision(gate, catalogue, housing):
    return gate.add(
        catalogue,
        DecisionPage(
            title="电梯补贴办法", slug="lift", decision_class="measure", department=housing
        ),
    )


@pytest.fixture
def make_consultation(gate, decision, housing):
    """A live consultation that opened two days ago and closes in forty, unless said otherwise."""

    def make(**fields):
        now = timezone.now()
        values = {
            "title": "关于公开征求《电梯补贴办法（草案）》意见的公告",
            "slug": "consultation",
            "draft_name": "电梯补贴办法（草案）",
            "department": housing,
            "opens_at": now - timedelta(days=2),
            "closes_at": now + timedelta(days=40),
            "announced_on": timezone.localdate(now - timedelta(days=2)),
            "draft": DRAFT,
            "explanation": [("text", "<p>起草说明的正文</p>")],
            "background": [("text", "<p>背景的正文</p>")],
            "contact_person": "李老师",
            "contact_phone": "021-0000-0001",
        }
        return gate.add(decision, ConsultationPage(**(values | fields)))

    return make


@pytest.fixture
def privacy_notice(db):
    parts = {f"{part}_zh": "……" for part in PrivacyNotice.PARTS}
    today = timezone.localdate()
    return PrivacyNotice.objects.create(
        code="opinion", version=1, in_force_from=today, text_zh="告知", **parts
    )


@pytest.fixture
def closed_consultation(make_consultation):
    now = timezone.now()
    return make_consultation(
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=5),
        announced_on=timezone.localdate(now - timedelta(days=60)),
    )


@pytest.fixture
def say(officer):
    """An opinion that reached the office, with its author, decided or not."""

    def _say(consultation, text, *, verdict=None, reason=""):
        now = timezone.now()
        opinion = enter_opinion(
            consultation,
            text=text,
            channel=Channel.LETTER,
            received_at=now - timedelta(days=6),
            author="张某某",
            contact="13812345678",
            by=officer,
            at=now,
        )
        if verdict:
            decide_opinions(
                consultation,
                [opinion.pk],
                verdict=Verdict(verdict),
                reason=reason,
                by=officer,
                at=now,
            )
        return opinion

    return _say


@pytest.fixture
def publish_report(gate, officer):
    def publish(consultation, **fields):
        report = make_report(consultation, by=officer, at=timezone.now())
        for name, value in fields.items():
            setattr(report, name, value)
        return gate.publish(report)

    return publish


@pytest.fixture
def keep_files():
    """The edition of a public report with its files, as the follow-up and the job make them."""

    def keep(report):
        edition = keep_edition(report, at=timezone.now())
        make_report_files(edition.pk, at=timezone.now())
        return edition

    return keep
