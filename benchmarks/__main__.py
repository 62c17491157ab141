"""`make bench`: the promises of speed and scale, each beside its reference, in one run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from . import site, wrk

RESULTS = Path(__file__).with_name("RESULTS.md")
BODIES_EACH = 12_000


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("make bench needs wrk (Debian: apt install wrk).")
    base = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
    os.environ["DATABASE_URL"] = fresh_database(base)
    site.manage("migrate", "--verbosity", "0")
    site.manage("set_up")
    found = json.loads(site.manage("load_demo", "--json").strip().splitlines()[-1])
    rows = measure(found["urls"]["consultation_open"])
    write(rows)


def fresh_database(base: str) -> str:
    """An empty database named jianyan_bench on the server that ``base`` names."""
    parts = urlsplit(base)
    address = ["-h", parts.hostname or "127.0.0.1", "-p", str(parts.port or 5432)]
    address += ["-U", parts.username or "postgres"]
    env = {**os.environ, **({"PGPASSWORD": parts.password} if parts.password else {})}
    for command in (["dropdb", "--if-exists"], ["createdb"]):
        subprocess.run([*command, *address, "jianyan_bench"], env=env, check=True)
    return parts._replace(path="/jianyan_bench").geturl()


def measure(page: str) -> list[tuple[str, str, str, str]]:
    form = f"{page}opinion/"
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/bodies"
        bare = inside("prepare", file, str(wrk.RUNS), str(BODIES_EACH))["bare"]
        counted = inside("count_queries", page, form, file)
        rows = page_rows(page, bare, counted)
        rows += submission_rows(form, file, counted)
    return rows + scale_rows()


def inside(step: str, *arguments: str, **env: str) -> dict:
    return json.loads(site.manage("bench_step", step, *arguments, **env).splitlines()[-1])


def page_rows(page: str, bare: str, counted: dict) -> list:
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


def submission_rows(form: str, file: str, counted: dict) -> list:
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


def scale_rows() -> list:
    desk = inside("desk", "100000")
    csv, xlsx = inside("export", "csv"), inside("export", "xlsx")
    report = inside("report", "10000")
    return [
        (
            f"desk list, {desk['opinions']} opinions: first page · last page",
            f"{desk['first_ms']:.0f} ms · {desk['last_ms']:.0f} ms",
            "",
            "≤ 300 ms",
        ),
        (
            f"export of {csv['rows']} opinions, memory: CSV · XLSX",
            f"{csv['megabytes']:.0f} MB · {xlsx['megabytes']:.0f} MB",
            "",
            "< 150 MB",
        ),
        (
            f"report of {report['opinions']} opinions",
            f"{report['seconds']:.1f} s",
            "",
            "≤ 5 s",
        ),
    ]


def warm(base: str, *paths: str) -> None:
    for path in paths:
        wrk.rate(base + path, seconds=2)


def write(rows: list) -> None:
    lines = [
        "# Measured",
        "",
        f"`make bench` on {datetime.now(UTC):%Y-%m-%d}: PostgreSQL, gunicorn with two workers of "
        f"four threads, {os.cpu_count()} cores shared with the load, {wrk.CONNECTIONS} "
        f"connections, medians of {wrk.RUNS} runs taken in turn. Only the ratios travel to "
        "another machine.",
        "",
        "| what | ours | reference in the same run | against the promise |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
