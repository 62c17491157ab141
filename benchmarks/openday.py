"""A thousand people want a hundred places; and how many sign-ups one hot session takes."""

import os
import subprocess
import tempfile

from . import crowd, database, site, wrk
from .consultation import warm
from .results import Row

TITLE = "Sign-up for the open day"
PEOPLE, PLACES, WITHIN = 1000, 100, 60
BODIES_EACH = 15_000
SAME_PAIR = """
\\set number random(1, 1000000000)
BEGIN;
UPDATE benchmarks_hot SET taken = taken + 1 WHERE id = 1 AND taken < capacity;
INSERT INTO benchmarks_line (text) VALUES (:number);
COMMIT;
"""


def rows() -> list[Row]:
    database.demo()
    return rush_rows() + rate_rows()


def rush_rows() -> list[Row]:
    ready = site.inside("open_rush", str(PLACES))
    with site.running() as base:
        warm(base, ready["form"])
        seen = crowd.come(base, ready["form"], PEOPLE, WITHIN)
    came = site.inside("after_rush", str(ready["session"]))
    failed = sum(n for status, n in seen.statuses.items() if not str(status).startswith("2"))
    return [
        (
            f"{PEOPLE:,} people want {PLACES} places within {WITHIN} s: places",
            f"{came['confirmed']} given, {came['waiting']} wait",
            "",
            f"{PLACES} given, {came['oversold']} oversold",
        ),
        (
            "the same: answers that were no answer",
            f"{failed} not 2xx, {seen.unclear} without a receipt",
            "",
            "0",
        ),
        (
            "the same: time of an answer, median · p95 · longest",
            " · ".join(f"{seen.quantile(share):.2f} s" for share in (0.5, 0.95, 1)),
            "",
            "p95 ≤ 2 s",
        ),
    ]


def rate_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/bodies"
        ready = site.inside("open_hot", file, str(wrk.RUNS), str(BODIES_EACH))
        counted = site.inside("count_sign_up", ready["form"], file)
        runs = iter(range(wrk.RUNS))
        with site.running() as base:
            warm(base, ready["form"])
            minimal, loaded, ours, bare = wrk.in_turn(
                lambda: wrk.rate(f"{base}/bench/place/", wrk.POST_LINE),
                lambda: wrk.rate(base + ready["form"]),
                lambda: wrk.rate(base + ready["form"], wrk.post_bodies(f"{file}.{next(runs)}")),
                pair_rate,
            )
    came = site.inside("after_hot", str(ready["session"]))
    return [
        (
            "sign-up: queries of the form · of sending it",
            f"{counted['form']} · {counted['sent']}",
            "",
            "≤ 4 · ≤ 12",
        ),
        ("sign-up form: per second", f"{loaded:.0f}", "", ""),
        (
            "sign-ups on one session: per second",
            f"{ours:.0f}",
            f"minimal view, one UPDATE and one INSERT {minimal:.0f}; "
            f"the pair in PostgreSQL alone {bare:.0f}",
            f"{ours / minimal:.2f} × (≥ 0.15 ×), {came['difference']} places differ",
        ),
    ]


def pair_rate() -> float:
    """The same pair of statements without a web server: pgbench, as many connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SAME_PAIR)
        script.flush()
        said = subprocess.run(
            ["pgbench", "-n", "-f", script.name, "-c", str(wrk.CONNECTIONS), "-j", "2"]
            + [
                "-T",
                str(wrk.SECONDS),
                os.environ["DATABASE_URL"].replace("postgres:", "postgresql:"),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    [line] = [line for line in said.splitlines() if line.startswith("tps")]
    return float(line.split()[2])
