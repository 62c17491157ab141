"""The warnings that duties owe become letters to the officers and, in time, to the head."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.duties.actions import mark_warning_sent
from cms.duties.enums import Level
from cms.duties.models import Warning
from cms.duties.queries import unsent_warnings

from .actions import UndeliverableAddress, write_letter

logger = logging.getLogger(__name__)


def write_duty_warnings(at: datetime) -> int:
    """Write the letters of every warning not yet handed on. Returns how many warnings."""
    return sum(_hand_on(warning, at) for warning in unsent_warnings())


@transaction.atomic
def _hand_on(warning: Warning, at: datetime) -> bool:
    if not mark_warning_sent(warning, at=at):
        return False
    for person in _recipients(warning):
        _write(warning, person, at)
    return True


def _write(warning: Warning, person: User, at: datetime) -> None:
    try:
        write_letter(
            template="duty_warning",
            recipient=person.email,
            language=settings.LANGUAGE_CODE,
            context={
                "title": warning.duty.title,
                "what": str(warning.duty.definition.title),
                "due_on": warning.due_on.isoformat(),
                "days_left": warning.working_days_left,
                "today": timezone.localdate(at).isoformat(),
                "home_url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_home')}",
            },
            cause="duty_warning",
            about=warning.duty,
            once_key=f"duty_warning:{warning.pk}:{person.pk}",
            at=at,
        )
    except UndeliverableAddress:
        logger.warning("duty warning %s: no usable address for user %s", warning.pk, person.pk)


def _recipients(warning: Warning):
    officers = User.objects.filter(department=warning.duty.department_id, is_active=True).exclude(
        email=""
    )
    if warning.level == Level.HEAD:
        return officers.filter(is_department_head=True)
    # The head hears of it once, with the last warning; unless there is nobody else to warn before.
    is_last = warning.working_days_left == min(warning.duty.definition.warn_at)
    others = officers.filter(is_department_head=False)
    return others if is_last or others else officers
