"""A citizen reads a draft and says something of it."""

import tempfile

from . import database, site, wrk
from .results import Row

TITLE = "A citizen reads and comments"
BODIES_EACH = 12_000


def rows() -> list[Row]:
    page = database.demo()["urls"]["consultation_open"]
    form = f"{page}opinion/"
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/bodies"
        bare = site.inside("prepare", file, str(wrk.RUNS), str(BODIES_EACH))["bare"]
        counted = site.inside("count_queries", page, form, file)
        return page_rows(page, bare, counted) + submission_rows(form, file, counted)


def page_rows(page: str, bare: str, counted: dict) -> list[Row]:
    with site.running(BENCH_CACHE="off") as base:
        warm(base, page, bare)
        bare_rate, page_rate = wrk.in_turn(
            lambda: wrk.rate(base + bare), lambda: wrk.rate(base + page)
        )
    with site.running() as base:
        warm(base, page, bare)
        bare_kept, page_kept = wrk.in_turn(
            lambda: wrk.rate(base + bare), lambda: wrk.rate(base + page)
        )
    return [
        ("consultation page, first visit: queries", f"{counted['page']}", "", "≤ 15"),
        (
            "consultation page, every cache off, Wagtail's own too: per second",
            f"{page_rate:.0f}",
            f"bare Wagtail page {bare_rate:.0f}",
            f"{page_rate / bare_rate:.2f} × (≥ 0.8 ×)",
        ),
        (
            "consultation page, its parts kept per revision: per second",
            f"{page_kept:.0f}",
            f"bare Wagtail page {bare_kept:.0f}",
            f"{page_kept / bare_kept:.2f} × (≥ 0.8 ×)",
        ),
    ]


def submission_rows(form: str, file: str, counted: dict) -> list[Row]:
    runs = iter(range(wrk.RUNS))
    with site.running() as base:
        warm(base, form)
        minimal, ours = wrk.in_turn(
            lambda: wrk.rate(f"{base}/bench/insert/", wrk.POST_LINE),
            lambda: wrk.rate(base + form, wrk.post_bodies(f"{file}.{next(runs)}")),
        )
    return [
        ("opinion submission: queries", f"{counted['submission']}", "", "≤ 12"),
        (
            "opinion submission: per second",
            f"{ours:.0f}",
            f"minimal view, one INSERT {minimal:.0f}",
            f"{ours / minimal:.2f} × (≥ 0.12 ×)",
        ),
    ]


def warm(base: str, *paths: str) -> None:
    for path in paths:
        wrk.rate(base + path, seconds=2)
