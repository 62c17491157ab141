"""The whole demo, in the order a town would do it. Loading again changes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from cms.accounts.models import User
from consultation.models import ConsultationPage, DecisionIndexPage
from events.models import ActivityPage, OpenDayPage
from home.founding import found_site
from policy.models import PolicyDocumentPage
from surveys.models import SurveyPage

from . import desk, open_day, pages, people, real_input, surveys
from .decisions import load_decisions
from .gate import Gate
from .opinions import load_many_opinions
from .outcomes import load_issued_rules
from .source import read
from .stage import Stage


@dataclass
class Loaded:
    """What ``load_demo --json`` prints: names of the contract to pages and accounts."""

    accounts: dict[str, dict] = field(default_factory=dict)
    pages: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict:
        return {
            "accounts": self.accounts,
            "urls": {name: page.get_url() for name, page in self.pages.items()},
            "ids": {name: page.pk for name, page in self.pages.items()},
        }


@transaction.atomic
def load_demo(*, password: str, scale: str, at: datetime) -> Loaded:
    """Found the site, then people, pages, dossiers, and real input where it is present."""
    site = found_site()
    departments = people.load_departments()
    loaded = Loaded(accounts=people.load_people(departments, password))
    if not DecisionIndexPage.objects.exists():
        _load_content(site, departments, scale, at)
    loaded.pages = _named_pages(site)
    return loaded


def _load_content(site, departments: dict, scale: str, at: datetime) -> None:
    gate = Gate(drafter=_user("editor"), reviewer=_user("reviewer"), signer=_user("signer"), at=at)
    today = timezone.localdate(at)
    pages.load_facts(site)
    home = pages.load_home(gate, site, departments)
    stage = Stage(
        today=today,
        gate=gate,
        officer=_user("dept-housing"),
        clerk=_user("clerk"),
        departments=departments,
        notice=pages.load_notice(today),
    )
    found = load_decisions(stage, home)
    if scale == "large":
        load_many_opinions(stage, found["consultation_maintenance"])
    open_day.load_open_day(stage, home, many=scale == "large")
    policies = real_input.load_policies(gate, home, departments)
    pages.load_standing_pages(gate, home, departments)
    desk.load_wordings(departments, stage.officer, at)
    desk.suggest_groups(found["consultation_maintenance"], stage.officer, at)
    load_issued_rules(stage, policies, found["decision_publicity"])
    surveys.load_surveys(stage, home)
    folder = Path(settings.JIANYAN_DATA)
    real_input.load_work_plan(gate, policies, folder)
    real_input.load_comments(gate, found["decisions"], folder, departments, _user("clerk"), at)


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _open_day_pages() -> dict:
    """The open day and one activity of each kind."""
    years = OpenDayPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    slugs = {entry["slug"]: entry["key"] for entry in read("open_day")["activity"]}
    open_day = years.order_by("-year").first()
    activities = ActivityPage.objects.child_of(open_day).filter(slug__in=slugs)
    found = {slugs[page.slug]: page for page in activities}
    found["activity_report"] = found["activity_finished"].live_report
    return {"open_day": open_day, **found}


def _named_pages(site) -> dict:
    """The names of the contract, found by their addresses, so that a second run finds them too."""
    first = ConsultationPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    open_one = first.get(url_path__contains="/lift-subsidy/")
    reported = first.get(url_path__contains="/lift-publicity/")
    documents = PolicyDocumentPage.objects.live().order_by("made_on")
    surveys_loaded = SurveyPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    found = {
        "home": site.root_page,
        **_open_day_pages(),
        "decisions": DecisionIndexPage.objects.filter(locale=open_one.locale).get(),
        "catalogue": open_one.get_parent().get_parent(),
        "decision": reported.get_parent(),
        "consultation_open": open_one,
        "consultation_open_en": open_one.get_translation_or_none(
            Locale.objects.get(language_code="en")
        ),
        "consultation_closed": first.get(url_path__contains="/lift-maintenance/"),
        "adoption_report": reported.get_parent().specific.report,
        "document": documents.first(),
        "survey_open": surveys_loaded.filter(slug="elderly-services-needs").first(),
        "survey_closed": surveys_loaded.filter(slug="open-day-satisfaction").first(),
        "real_comments": first.filter(url_path__contains="/vtaiwan-uberx/").first(),
    }
    return {name: page for name, page in found.items() if page is not None}
