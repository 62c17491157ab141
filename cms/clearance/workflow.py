"""The two steps of the gate in Wagtail's workflow."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from .actions import release_revision, review_revision
from .admin_forms import RefusalForm, ReleaseForm, ReviewForm
from .enums import Outcome
from .queries import editor_ids
from .rules import ReviewRefused, may_release, may_review


class ConfidentialityReviewTask(AbstractGroupApprovalTask):
    """Offers nothing to whoever drafted the content."""

    class Meta:
        verbose_name = _("confidentiality review")
        verbose_name_plural = _("confidentiality reviews")

    @classmethod
    def get_description(cls):
        return _("The four checks: state, work and commercial secrets, personal privacy")

    def get_actions(self, obj, user):
        if not self._user_in_groups(user) or not may_review(user.pk, editor_ids(obj)):
            return []
        return [
            ("reject", _("Refuse, with the reason"), True),
            ("approve", _("Clear for publication"), True),
        ]

    def get_form_for_action(self, action):
        return ReviewForm if action == "approve" else RefusalForm

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **answers):
        basis = answers.pop("basis", "")
        outcome = Outcome.CLEARED if action_name == "approve" else Outcome.REFUSED
        review_revision(
            task_state.revision,
            reviewer=user,
            outcome=outcome,
            checks=answers,
            basis=basis,
            at=timezone.now(),
        )
        if outcome == Outcome.REFUSED:
            return super().on_action(task_state, user, action_name, comment=basis)
        task_state.approve(user=user, comment=basis, update=False)
        # A page without release is published with this step: by the workflow, for the reviewer
        # has no right to publish and needs none.
        releases = task_state.revision.content_object.specific.needs_release
        return task_state.workflow_state.update(user=user if releases else None)


class ReleaseTask(AbstractGroupApprovalTask):
    """The signing leader releases; the page is published with it."""

    class Meta:
        verbose_name = _("final release")
        verbose_name_plural = _("final releases")

    @classmethod
    def get_description(cls):
        return _("The signing leader confirms the disclosure attribute and releases the content")

    def start(self, workflow_state, user=None):
        """Content that was changed after its review goes back to the review first."""
        content = workflow_state.content_object.get_latest_revision_as_object()
        if content.review_of_content() is None:
            return _review_task(workflow_state).start(workflow_state, user=user)
        task_state = super().start(workflow_state, user=user)
        if not content.needs_release:
            task_state.approve(user=None, update=False)
        return task_state

    def get_actions(self, obj, user):
        review = obj.get_latest_revision_as_object().review_of_content()
        if not self._user_in_groups(user):
            return []
        give_back = ("reject", _("Return, with the reason"), True)
        if review is None:
            return [give_back]
        if not may_release(user.pk, review.reviewer_id, editor_ids(obj)):
            return []
        return [give_back, ("approve", _("Release"), True)]

    def get_form_for_action(self, action):
        return ReleaseForm if action == "approve" else RefusalForm

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **answers):
        if action_name == "approve":
            if answers.get("attribute_confirmed") is not True:
                raise ReviewRefused(_("The disclosure attribute has to be confirmed."))
            release_revision(task_state.revision, signer=user, at=timezone.now())
        basis = answers.get("basis", "")
        return super().on_action(task_state, user, action_name, comment=basis)


def _review_task(workflow_state) -> ConfidentialityReviewTask:
    return ConfidentialityReviewTask.objects.filter(
        workflow_tasks__workflow=workflow_state.workflow
    ).first()
