"""The report under /en/: every label in English; what people wrote stays as they wrote it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale

from consultation.actions.groups import create_group, put_into_group
from consultation.actions.opinions import withdraw_opinion
from consultation.actions.verdicts import countersign_group, decide_group
from consultation.enums import Verdict
from consultation.models import AdoptionReportPage, Participation
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/en/decisions/2026/lift/adoption-report/"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
HEADINGS = [
    "1. Public participation as a whole",
    "2. Opinions received and their adoption",
    "3. Concentrated opinions and their adoption",
    "4. Why concentrated opinions were not adopted",
    "The report as a file",
    "Annex: summary of the opinions received and their adoption",
    "Time limit of the feedback",
    "Editions and proof",
]
TOTALS = {
    "Received in all": 6,
    "Adopted": 1,
    "Partly adopted": 1,
    "Not adopted": 3,
    "Unrelated to this matter (passed on)": 0,
    "Withdrawn by the author": 1,
}


@pytest.fixture
def translate(gate, home):
    """Puts a page into English, and whatever is above it, and publishes it."""

    def call(page, **changes):
        english, _new = Locale.objects.get_or_create(language_code="en")
        copy = page.get_translation_or_none(english)
        if copy is not None and copy.live:
            return copy
        if copy is None:
            call(page.get_parent().specific, title="In English")
            copy = page.copy_for_translation(english)
        for name, value in changes.items():
            setattr(copy, name, value)
        return gate.publish(copy)

    return call


@pytest.fixture
def consultation(make_consultation):
    """Written in Latin letters, so that each Chinese one on the page is one of ours."""
    now = timezone.now()
    return make_consultation(
        title="Lift subsidies",
        draft_name="Lift subsidies (draft)",
        draft=[("chapter", "General"), ("article", {"caption": "Aim", "text": "<p>Six.</p>"})],
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=5),
        announced_on=timezone.localdate(now - timedelta(days=60)),
    )


@pytest.fixture
def report(consultation, say, officer, publish_report, keep_files, translate):
    """Adopted, adopted in part, three refused as one, and one taken back."""
    say(consultation, "Good", verdict="adopted")
    say(consultation, "Half good", verdict="partly_adopted", reason="One half only")
    because = {"verdict": "not_adopted", "reason": "Built as planned"}
    refused = [say(consultation, "More light", **because) for _number in range(3)]
    withdraw_opinion(say(consultation, "Taken back"), at=consultation.opens_at)
    at = timezone.now()
    group = create_group(consultation, title="Light", by=officer, at=at)
    put_into_group(group, consultation, [one.pk for one in refused], by=officer, at=at)
    group = decide_group(
        group, verdict=Verdict.NOT_ADOPTED, reason="Built as planned", by=officer, at=at
    )
    countersign_group(group, by=UserFactory(), at=at, seen_version=group.version)
    held = Participation(way="Meeting", held_when="2026-08-13", people=23)
    held.locale = consultation.locale
    page = publish_report(consultation, participation=[held], lateness_reason="Holidays")
    keep_files(page)
    translate(consultation)
    return translate(page, title="Feedback on lift subsidies")


@pytest.fixture
def page(client, report) -> str:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_headings_are_english_and_in_their_order(page):
    found = re.findall(r"<h2 id=[^>]*>(.*?)</h2>", page)
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS


def test_the_totals_are_those_of_the_chinese_report(client, page):
    figures = re.search(r'<dl class="figures">(.*?)</dl>', page, re.S).group(1)
    found = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", figures)
    assert {name: int(count) for name, count in found} == TOTALS
    chinese = client.get(ADDRESS.removeprefix("/en")).content.decode()
    same = re.search(r'<dl class="figures">(.*?)</dl>', chinese, re.S).group(1)
    assert re.findall(r"<dd>(\d+)</dd>", same) == [count for _name, count in found]
    assert re.findall(r"<td[^>]*>\s*(More light|Good|Half good)\s*</td>", page) == [
        "Good",
        "Half good",
        *["More light"] * 3,
    ]


def test_no_chinese_is_left_over_but_the_way_to_the_chinese_page(page):
    assert CHINESE.findall(page.partition("<body")[2]) == ["中文"]


def test_a_translation_that_comes_later_makes_the_report_no_later(client, report):
    today = timezone.localdate()
    AdoptionReportPage.objects.update(due_on=today - timedelta(days=1))
    day_before = timezone.now() - timedelta(days=1)
    AdoptionReportPage.objects.filter(pk=report.original.pk).update(first_published_at=day_before)
    page = client.get(ADDRESS).content.decode()
    told = page.partition("Published in fact on</dt>")[2].partition("</dd>")[0]
    assert re.findall(r">([^<>]*)<", told) == ["", (today - timedelta(days=1)).isoformat()]
    AdoptionReportPage.objects.update(first_published_at=timezone.now())
    assert ">late<" in client.get(ADDRESS).content.decode()


def test_a_translation_of_a_public_report_is_no_correction(report):
    assert report.original.editions.count() == 1
    assert report.editions.count() == 0
    report.original.foreword = [("text", "<p>Another word.</p>")]
    assert report.original.is_corrected_without_saying()
