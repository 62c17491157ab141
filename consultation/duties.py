from django.utils.translation import gettext_lazy as _

from cms.duties.kinds import DutyKind, register

from .rules import REPORT_WORKING_DAYS

ADOPTION_REPORT = DutyKind(
    code="adoption_report",
    title=_("Publish the adoption report"),
    event="decision_issued",
    event_title=_("Decision issued"),
    working_days=REPORT_WORKING_DAYS,
    warn_at=(5, 3, 1),
    source=_(
        "Within ten working days after the decision is issued: what was received, what was "
        "adopted, and why concentrated opinions were not (plan 2023, III.1)"
    ),
)


def register_kinds() -> None:
    register(ADOPTION_REPORT)
