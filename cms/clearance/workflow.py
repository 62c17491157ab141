"""The two steps of the gate in Wagtail's workflow."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from .actions import release_revision, review_revision
from .admin_forms import RefusalForm, ReleaseForm, ReviewForm
from .enums import Outcome
from .queries import editor_ids
from .rules import may_release, may_review


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
        return [("reject", _("Refuse, with the reason"), True), ("approve", _("Clear"), True)]

    def get_form_for_action(self, action):
        return ReviewForm if action == "approve" else RefusalForm

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
        return super().on_action(task_state, user, action_name, comment=basis)


class ReleaseTask(AbstractGroupApprovalTask):
    """The signing leader releases; the page is published with it."""

    class Meta:
        verbose_name = _("final release")
        verbose_name_plural = _("final releases")

    @classmethod
    def get_description(cls):
        return _("The signing leader confirms the disclosure attribute and releases the content")

    def start(self, workflow_state, user=None):
        task_state = super().start(workflow_state, user=user)
        if not workflow_state.content_object.specific.needs_release:
            task_state.approve(user=None, update=False)
        return task_state

    def get_actions(self, obj, user):
        review = obj.latest_revision.as_object().review_of_content()
        reviewer_id = review.reviewer_id if review else None
        if not self._user_in_groups(user) or not may_release(
            user.pk, reviewer_id, editor_ids(obj)
        ):
            return []
        return [("reject", _("Return, with the reason"), True), ("approve", _("Release"), True)]

    def get_form_for_action(self, action):
        return ReleaseForm if action == "approve" else RefusalForm

    def on_action(self, task_state, user, action_name, **answers):
        if action_name == "approve":
            release_revision(task_state.revision, signer=user, at=timezone.now())
        basis = answers.get("basis", "")
        return super().on_action(task_state, user, action_name, comment=basis)
