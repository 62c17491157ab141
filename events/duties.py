from django.utils.translation import gettext_lazy as _

from cms.duties.kinds import DutyKind, register

ACTIVITY_REPORT = DutyKind(
    code="activity_report",
    title=_("Publish the report of the open day activity"),
    event="activity_held",
    event_title=_("Activity held"),
    working_days=5,
    warn_at=(3, 1),
    source=_(
        "Within five working days after the activity: report, photos, questions with their "
        "answers (plan 2023, III.3; the town's own rule)"
    ),
)


def register_kinds() -> None:
    register(ACTIVITY_REPORT)
