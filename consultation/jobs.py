"""Slow work, off the web process. Each takes a key and calls an action."""

from django.utils import timezone
from django_tasks import task

from .actions.grouping import offer_new_opinions, read_for_groups, runs_left_behind
from .actions.large_imports import imports_left_behind, work_on_import
from .actions.report_files import editions_left_behind, make_report_files
from .actions.take_overs import take_over, take_overs_left_behind


@task()
def read_for_groups_now(key: int) -> bool:
    return read_for_groups(key, at=timezone.now())


def offer_arrivals(at) -> int:
    """Opinions that came since the last reading go to the workers. Part of `run_due`."""
    runs = offer_new_opinions(at)
    for key in runs:
        read_for_groups_now.enqueue(key)
    return len(runs)


def take_up_runs(at) -> int:
    """Runs that nobody works on go to the workers (again). Part of `run_due`."""
    left = runs_left_behind(at)
    for key in left:
        read_for_groups_now.enqueue(key)
    return len(left)


@task()
def make_report_files_now(key: int) -> int:
    return make_report_files(key, at=timezone.now())


def take_up_report_files(at) -> int:
    """Editions whose files are not all there go to the workers (again). Part of `run_due`."""
    left = editions_left_behind(at)
    for key in left:
        make_report_files_now.enqueue(key)
    return len(left)


@task()
def work_on_import_now(key: int) -> bool:
    return work_on_import(key, at=timezone.now())


def take_up_imports(at) -> int:
    """Large files that nobody works on go to the workers (again). Part of `run_due`."""
    left = imports_left_behind(at)
    for key in left:
        work_on_import_now.enqueue(key)
    return len(left)


@task()
def take_over_now(key: int) -> bool:
    return take_over(key, at=timezone.now())


def take_up_take_overs(at) -> int:
    """Exchange files that nobody works on go to the workers (again). Part of `run_due`."""
    left = take_overs_left_behind(at)
    for key in left:
        take_over_now.enqueue(key)
    return len(left)
