from django.utils import timezone
from django_tasks import task

from . import actions


@task()
def seal_record() -> int:
    return actions.seal(timezone.now())
