"""Review and release as officials do them, in the CMS (plan 2023, IV.1; rulebook K3, K5)."""

import pytest
from django.urls import reverse
from wagtail.models import Page, TaskState

from cms.clearance.actions import release_revision, review_revision
from cms.clearance.enums import Outcome
from cms.clearance.models import ConfidentialityReview
from cms.clearance.rules import NotCleared, ReviewRefused
from cms.record.models import Event
from tests.admin_forms import edit_data, edit_url
from tests.factories import UserFactory
from tests.helpers import CHECKS, clear, publish

pytestmark = pytest.mark.django_db

TICKED = dict.fromkeys(CHECKS, "on")


def submit(page, editor):
    """The editor hands the draft in."""
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)


def answer(client, user, page, action, **answers):
    client.force_login(user)
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    arguments = [page.pk, action, state.pk if state else TaskState.objects.last().pk]
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=arguments), answers)


def said(response) -> str:
    return " ".join(str(message) for message in response.wsgi_request._messages)


def live_title(page) -> str | None:
    return Page.objects.filter(pk=page.pk, live=True).values_list("title", flat=True).first()


@pytest.fixture
def submitted(decision, officials):
    submit(decision, officials.editor)
    return decision


def test_reviewed_and_released_it_goes_live(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)
    assert live_title(submitted) is None

    answer(client, officials.signer, submitted, "approve", attribute_confirmed="on")

    review = ConfidentialityReview.objects.get()
    assert live_title(submitted) == submitted.title
    assert (review.reviewer, review.signer) == (officials.reviewer, officials.signer)
    assert review.publications.get().page_id == submitted.pk


def test_a_plain_page_needs_no_release(client, page, officials):
    submit(page, officials.editor)

    answer(client, officials.reviewer, page, "approve", **TICKED)

    assert live_title(page) == page.title


@pytest.mark.parametrize("left_out", CHECKS)
def test_all_four_checks_must_be_ticked(client, submitted, officials, left_out):
    ticks = {name: "on" for name in CHECKS if name != left_out}

    answer(client, officials.reviewer, submitted, "approve", **ticks)

    assert not ConfidentialityReview.objects.exists()


def test_the_form_of_the_review_shows_the_four_checks(client, submitted, officials):
    client.force_login(officials.reviewer)
    state = submitted.current_workflow_task_state

    form = client.get(
        reverse("wagtailadmin_pages:workflow_action", args=[submitted.pk, "approve", state.pk])
    )

    assert [name for name in CHECKS if f'name=\\"{name}\\"' not in form.content.decode()] == []


def test_the_release_is_confirmed(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)

    answer(client, officials.signer, submitted, "approve")

    assert live_title(submitted) is None
    assert ConfidentialityReview.objects.get().signer is None


def test_the_drafter_is_offered_no_review(client, decision, officials):
    drafter = UserFactory(role="reviewer")
    submit(decision, drafter)

    assert decision.current_workflow_task.get_actions(decision, drafter) == []
    response = answer(client, drafter, decision, "approve", **TICKED)

    assert (response.status_code, ConfidentialityReview.objects.count()) == (302, 0)


def test_whoever_wrote_before_the_last_hand_is_a_drafter_too(decision, officials):
    first, second = UserFactory(role="reviewer"), officials.editor
    decision.save_revision(user=first)
    decision.title = "淞南镇加装电梯补贴办法（试行）"
    revision = decision.save_revision(user=second)

    with pytest.raises(ReviewRefused):
        review_revision(
            revision,
            reviewer=first,
            outcome=Outcome.CLEARED,
            checks=CHECKS,
            at=revision.created_at,
        )

    assert not ConfidentialityReview.objects.exists()


def test_a_hand_in_the_version_before_counts_no_more(decision, officials):
    publish(decision, drafter=officials.reviewer)
    decision.title = "淞南镇加装电梯补贴办法（试行）"

    assert publish(decision, drafter=officials.editor, reviewer=officials.reviewer).live


def test_a_superuser_may_not_review_the_own_draft(client, decision, officials):
    boss = UserFactory(is_superuser=True)
    submit(decision, boss)

    answer(client, boss, decision, "approve", **TICKED)

    assert not ConfidentialityReview.objects.exists()


def test_a_superuser_publishes_nothing_unreviewed(client, page):
    boss = UserFactory(is_superuser=True)
    client.force_login(boss)
    page.save_revision(user=UserFactory())

    with pytest.raises(NotCleared):
        page.latest_revision.publish(user=boss, skip_permission_checks=True)
    client.post(edit_url(page), {**edit_data(client, page), "action-publish": "1"})

    assert live_title(page) is None


def test_who_reviewed_may_not_release(submitted, officials):
    revision = submitted.latest_revision
    both = officials.reviewer
    review_revision(
        revision, reviewer=both, outcome=Outcome.CLEARED, checks=CHECKS, at=revision.created_at
    )

    with pytest.raises(ReviewRefused):
        release_revision(revision, signer=both, at=revision.created_at)

    assert ConfidentialityReview.objects.get().signer is None


def test_who_drafted_may_not_release(client, decision, officials):
    drafter = UserFactory(role="signer")
    submit(decision, drafter)
    answer(client, officials.reviewer, decision, "approve", **TICKED)

    answer(client, drafter, decision, "approve", attribute_confirmed="on")

    assert live_title(decision) is None


def test_what_was_not_reviewed_is_not_released(submitted, officials):
    with pytest.raises(ReviewRefused):
        release_revision(
            submitted.latest_revision,
            signer=officials.signer,
            at=submitted.latest_revision.created_at,
        )


@pytest.mark.parametrize("role", ["editor", "officer", "signer", "auditor", "clerk"])
def test_only_reviewers_review(client, submitted, role):
    answer(client, UserFactory(role=role), submitted, "approve", **TICKED)

    assert not ConfidentialityReview.objects.exists()


@pytest.mark.parametrize("role", ["editor", "officer", "reviewer", "auditor", "clerk"])
def test_only_signers_release(client, submitted, officials, role):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)

    answer(client, UserFactory(role=role), submitted, "approve", attribute_confirmed="on")

    assert ConfidentialityReview.objects.get().signer is None


def test_a_refusal_says_why_and_stays_on_file(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "reject", basis="")
    assert not ConfidentialityReview.objects.exists()

    answer(client, officials.reviewer, submitted, "reject", basis="含有居民姓名")

    review = ConfidentialityReview.objects.get()
    assert (review.outcome, review.basis) == (Outcome.REFUSED, "含有居民姓名")


def test_a_later_refusal_of_the_same_content_takes_the_clearance_back(page, officials):
    revision = clear(page)
    review_revision(
        revision,
        reviewer=officials.reviewer,
        outcome=Outcome.REFUSED,
        basis="含有居民姓名",
        at=revision.created_at.replace(year=2099),
    )

    with pytest.raises(NotCleared):
        revision.publish()


def test_editing_voids_the_review(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)
    submitted.title = "改过的标题"
    submitted.save_revision(user=officials.editor)

    answer(client, officials.signer, submitted, "approve", attribute_confirmed="on")

    assert live_title(submitted) is None
    assert ConfidentialityReview.objects.get().signer is None


def test_a_reviewer_who_edits_has_become_a_drafter(client, submitted, officials):
    """Approving from the editor, with a change typed in at the same time."""
    client.force_login(officials.reviewer)
    data = edit_data(client, submitted, title="审查员改的标题")
    data |= {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": '{"no_state_secret": true, "no_work_secret": true,'
        ' "no_commercial_secret": true, "no_private_data": true}',
    }

    response = client.post(edit_url(submitted), data)

    assert response.status_code == 302
    assert not ConfidentialityReview.objects.exists()


def test_an_approval_without_its_answers_clears_nothing(client, submitted, officials):
    client.force_login(officials.reviewer)
    data = edit_data(client, submitted) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }

    response = client.post(edit_url(submitted), data)

    assert response.status_code == 302
    assert not ConfidentialityReview.objects.exists()


def test_a_release_without_its_confirmation_releases_nothing(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)
    client.force_login(officials.signer)
    data = edit_data(client, submitted) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }

    response = client.post(edit_url(submitted), data)

    assert response.status_code == 302
    assert ConfidentialityReview.objects.get().signer is None


def test_the_editors_publish_button_works_once_the_content_is_cleared(client, page, officials):
    clear(page, drafter=officials.editor, reviewer=officials.reviewer)
    boss = UserFactory(is_superuser=True)
    client.force_login(boss)

    client.post(edit_url(page), {**edit_data(client, page), "action-publish": "1"})

    page.refresh_from_db()
    assert page.live
    assert page.live_revision.user == boss


def test_review_and_release_are_on_record(client, submitted, officials):
    answer(client, officials.reviewer, submitted, "approve", **TICKED)
    answer(client, officials.signer, submitted, "approve", attribute_confirmed="on")

    events = Event.objects.filter(verb__startswith="clearance.").order_by("pk")
    assert list(events.values_list("verb", "actor", "subject_id")) == [
        ("clearance.reviewed", officials.reviewer.pk, str(submitted.pk)),
        ("clearance.released", officials.signer.pk, str(submitted.pk)),
    ]
