from django.utils import timezone
from django_tasks import task

from .delivery import deliver_due


@task()
def deliver_letters() -> int:
    return deliver_due(timezone.now())
