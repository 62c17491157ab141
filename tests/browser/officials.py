"""What officials do in the CMS, step by step in a browser."""

from consultation.models import AdoptionReportPage
from tests.browser.moves import follow

PASSWORD = "four-people-one-town"
CHECKS = ("no_state_secret", "no_work_secret", "no_commercial_secret", "no_private_data")


def log_in(page, username):
    page.goto("/admin/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    return page


def submit_for_review(page, page_id):
    page.goto(f"/admin/pages/{page_id}/edit/")
    assert page.locator("[name=action-publish]").count() == 0
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    follow(page, "[name=action-submit]")
    page.close()


def approve(page, page_id, answers):
    """The workflow step as the official sees it: a window with the questions to answer."""
    page.goto(f"/admin/pages/{page_id}/edit/")
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("[data-workflow-action-name=approve]").first.click()
    for name in answers:
        page.check(f".modal [name={name}]")
    follow(page, ".modal [type=submit]")
    page.close()


def record_decision(page, consultation_id, day):
    page.goto(f"/admin/opinions/{consultation_id}/decision/")
    page.fill("[name=issued_on]", day)
    page.fill("[name=document_number]", "示例[2026]第08号")
    with page.expect_navigation():
        page.press("[name=document_number]", "Enter")


def make_report(page, consultation_id) -> AdoptionReportPage:
    page.goto(f"/admin/opinions/{consultation_id}/")
    page.locator("form[action$='/report/'] [type=submit]").click()
    page.wait_for_url("**/admin/pages/**/edit/**")
    return AdoptionReportPage.objects.get()
