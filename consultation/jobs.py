"""Slow work, off the web process. Each takes a key and calls an action."""

from django.utils import timezone
from django_tasks import task

from .actions.grouping import read_for_groups, runs_left_behind


@task()
def read_for_groups_now(key: int) -> bool:
    return read_for_groups(key, at=timezone.now())


def take_up_runs(at) -> int:
    """Runs that nobody works on go to the workers (again). Part of `run_due`."""
    left = runs_left_behind(at)
    for key in left:
        read_for_groups_now.enqueue(key)
    return len(left)
