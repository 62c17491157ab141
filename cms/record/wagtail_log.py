"""Wagtail's own log entries, copied into the record (design 3.9: the one signal of the house)."""

from django.db.models.signals import post_save
from wagtail.models import ModelLogEntry, PageLogEntry

from .actions import write
from .enums import Actor
from .models import Event


def connect() -> None:
    for model in (PageLogEntry, ModelLogEntry):
        post_save.connect(copy_log_entry, sender=model, dispatch_uid=f"record {model.__name__}")


def copy_log_entry(instance, created: bool, raw: bool = False, **kwargs) -> None:
    """Action, subject, official and revision; a label or a diff may hold a person's name."""
    if raw or not created:
        return
    kind = instance.content_type
    write(
        Event(
            at=instance.timestamp,
            actor_id=instance.user_id,
            actor_label="" if instance.user_id else Actor.SYSTEM,
            verb=instance.action,
            subject_type=f"{kind.app_label}.{kind.model}" if kind else "",
            subject_id=str(_object_id(instance)),
            result="done",
            data={"revision": instance.revision_id} if instance.revision_id else {},
        )
    )


def _object_id(entry: PageLogEntry | ModelLogEntry):
    return entry.page_id if isinstance(entry, PageLogEntry) else entry.object_id
