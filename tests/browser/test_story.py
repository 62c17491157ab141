"""The whole story in browsers: publish, comment, verdict, report, look-up (plan 2023, III.1)."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from consultation.enums import Verdict
from consultation.models import Opinion
from consultation.rules import SHANGHAI
from home.due import run_due
from tests.browser.moves import follow
from tests.browser.officials import (
    CHECKS,
    approve,
    log_in,
    make_report,
    record_decision,
    submit_for_review,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 10, 10, 0, 0, tzinfo=SHANGHAI)
OPINION = "低层住户的采光怎么保证？希望写明补偿办法。𠮷"
REASON = "第六条已写明采光影响的书面说明和补偿协商办法。"
ADDRESS = "/decisions/2026/lift-light/consultation/"


def test_from_the_draft_to_the_answer(clock, town, open_browser):
    clock.move_to(MONDAY + timedelta(hours=1))
    submit_for_review(log_in(open_browser(), "editor"), town.pk)
    citizen = open_browser(width=390)
    assert citizen.goto(ADDRESS).status == 404

    approve(log_in(open_browser(), "reviewer"), town.pk, CHECKS)
    assert citizen.goto(ADDRESS).status == 404
    approve(log_in(open_browser(), "signer"), town.pk, ["attribute_confirmed"])
    assert citizen.goto(ADDRESS).status == 200

    number, code = comment(citizen)

    clock.move_to(CLOSES + timedelta(hours=9))
    assert citizen.goto(f"{ADDRESS}opinion/").status == 409
    officer = log_in(open_browser(), "dept-housing")
    give_verdict(officer, town.pk)
    record_decision(officer, town.pk, "2026-10-12")
    report = make_report(officer, town.pk)
    submit_for_review(officer, report.pk)

    approve(log_in(open_browser(), "reviewer"), report.pk, CHECKS)
    approve(log_in(open_browser(), "signer"), report.pk, ["attribute_confirmed"])
    assert run_due(timezone.now()) == []

    answered = look_up(citizen, number, code)
    assert REASON in answered
    assert citizen.goto("/decisions/2026/lift-light/adoption-report/").status == 200
    assert [letter.to for letter in mail.outbox if REASON in letter.body] == [["wang@example.com"]]


def comment(page) -> tuple[str, str]:
    """On a phone, with the proof of work done by the browser itself."""
    page.goto(ADDRESS)
    follow(page, "a[href*='opinion/?article='] >> nth=0")
    page.fill("[name=text]", OPINION)
    page.fill("[name=contact]", "wang@example.com")
    page.check("[name=wants_letter]")
    page.check("[name=consent]")
    expect(page.locator("input[name=proof]")).not_to_have_value("")
    follow(page, "[type=submit][name=send]")
    page.locator(".receipt-number").wait_for()
    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.article_label != "") == (OPINION, True)
    return (
        page.locator(".receipt-number").inner_text().strip(),
        page.locator(".receipt-code").inner_text().strip(),
    )


def give_verdict(page, consultation_id):
    opinion = Opinion.objects.get()
    page.goto(f"/admin/opinions/{consultation_id}/{opinion.pk}/")
    page.check(f"[name=verdict][value={Verdict.NOT_ADOPTED}]")
    follow(page, "form:has([name=verdict]) [type=submit][name=next]")
    expect(page.locator("form:has([name=verdict]) .error-message")).to_be_visible()
    page.fill("[name=reason]", REASON)
    follow(page, "form [type=submit][name=next]")
    opinion.refresh_from_db()
    assert (opinion.verdict, opinion.verdict_reason) == (Verdict.NOT_ADOPTED, REASON)


def look_up(page, number, code) -> str:
    page.goto(f"/receipts/?number={number}")
    page.fill("[name=code]", code.lower())
    follow(page, "main [type=submit] >> nth=0")
    return page.locator("main").inner_text()
