import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from .models import Publication
from .registry import follow_up_for

logger = logging.getLogger(__name__)


def follow_up_publications(at: datetime) -> int:
    """Do what follows from each publication; one failure neither stops nor loses the others.

    What fails is tried again every time, after the others, until it succeeds.
    """
    waiting = Publication.objects.filter(followed_up_at__isnull=True)
    waiting = waiting.order_by("attempts", "published_at")
    return sum(_follow_up(key, at) for key in waiting.values_list("pk", flat=True))


@task()
def follow_up_publications_now() -> int:
    return follow_up_publications(timezone.now())


def _follow_up(key: int, at: datetime) -> int:
    try:
        with transaction.atomic():
            publication = Publication.objects.select_for_update().get(pk=key)
            if publication.followed_up_at is not None:
                return 0
            page = publication.page.specific
            follow_up = follow_up_for(type(page))
            if follow_up is not None:
                follow_up(page, publication.published_at)
            publication.followed_up_at = at
            publication.save(update_fields=["followed_up_at"])
            return 1
    except Exception as error:
        logger.exception("publication %s could not be followed up", key)
        row = Publication.objects.filter(pk=key).get()
        row.attempts, row.error = row.attempts + 1, repr(error)[:2000]
        row.save(update_fields=["attempts", "error"])
        return 0
