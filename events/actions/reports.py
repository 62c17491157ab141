"""The report of an activity: when it is public, what was owed is done."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from cms.clearance.registry import follows_publication_of
from cms.duties.actions import meet_duty
from cms.duties.enums import OPEN
from cms.duties.queries import duty_of

from ..duties import ACTIVITY_REPORT
from ..models import ActivityReportPage


@follows_publication_of(ActivityReportPage)
def meet_report_duty(report: ActivityReportPage, at: datetime) -> None:
    """活动集锦 within five working days (rulebook O8); the one in the first language counts."""
    if report.locale.language_code != settings.LANGUAGE_CODE:
        return
    activity = report.activity
    duty = duty_of(activity, ACTIVITY_REPORT)
    if duty is not None and duty.state in OPEN:
        meet_duty(
            activity,
            ACTIVITY_REPORT,
            on=timezone.localdate(at),
            reason=report.lateness_reason,
            at=at,
        )
