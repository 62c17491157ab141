"""RESULTS.md: a table for each part, with the day and the machine it was measured on."""

import os
from datetime import UTC, datetime
from pathlib import Path

from . import wrk

RESULTS = Path(__file__).with_name("RESULTS.md")
Row = tuple[str, str, str, str]
"""What, ours, the reference in the same run, against the promise."""
HEAD = f"""# Measured

`make bench` on PostgreSQL and gunicorn with two workers of four threads, {wrk.CONNECTIONS}
connections, medians of {wrk.RUNS} runs taken in turn; the load runs on the same machine. Only the
ratios travel to another machine.
"""


def keep(title: str, rows: list[Row]) -> None:
    """Put the rows in the place of what was measured of this part before."""
    sections = _sections()
    sections[title] = _section(rows)
    text = "\n".join([HEAD, *(f"## {name}\n\n{body}\n" for name, body in sections.items())])
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")
    print(f"## {title}\n\n{sections[title]}")


def _section(rows: list[Row]) -> str:
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores.",
        "",
        "| what | ours | reference in the same run | against the promise |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines)


def _sections() -> dict[str, str]:
    """Title → what stands below it."""
    parts = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:] if RESULTS.exists() else []
    split = (part.split("\n", 1) for part in parts)
    return {title.strip(): body.strip() for title, body in split}
