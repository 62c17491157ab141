"""The adoption report is made, and its files are drawn from it; each in a process of its own."""

from . import database, site
from .results import Row

TITLE = "The adoption report"
FEW, MANY = 10_000, 100_000
NAMES = ("report.docx", "report.pdf", "annex.xlsx", "annex.csv", "data.jsonl")
MEMORY = 150  # MB


def rows() -> list[Row]:
    database.demo()
    return [*_rows(FEW, "≤ 5 s"), *_rows(MANY, "")]


def _rows(count: int, promise: str) -> list[Row]:
    made = site.inside("report", str(count))
    rows: list[Row] = [_row("made", made, count, promise)]
    for name in NAMES:
        rows.append(_row(name, site.inside("report_file", name), count, f"< {MEMORY} MB"))
    return rows


def _row(name: str, found: dict, count: int, promise: str) -> Row:
    ours = f"{found['seconds']:.1f} s · {found['megabytes']:.0f} MB"
    return (f"report of {count:,} opinions, {name}: time · memory", ours, "", promise)
