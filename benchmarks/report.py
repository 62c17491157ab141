"""The adoption report is made, and its files are drawn from it; each in a process of its own."""

from . import database, site
from .results import Row

TITLE = "The adoption report"
FEW, MANY = 10_000, 100_000
PAPER = ("report.docx", "report.pdf")  # the memory of the PDF is the printer's own
STREAMED = ("annex.xlsx", "annex.csv", "data.jsonl")
MEMORY = 150  # MB


def rows() -> list[Row]:
    database.demo()
    return [*_rows(FEW, "≤ 5 s"), *_rows(MANY, "")]


def _rows(count: int, promise: str) -> list[Row]:
    rows = [_row("made", site.inside("report", str(count)), count, promise)]
    rows += [_row(name, site.inside("report_file", name), count, "") for name in PAPER]
    streamed = [(name, site.inside("report_file", name)) for name in STREAMED]
    return [*rows, *(_row(name, found, count, f"< {MEMORY} MB") for name, found in streamed)]


def _row(name: str, found: dict, count: int, promise: str) -> Row:
    ours = f"{found['seconds']:.1f} s · {found['megabytes']:.0f} MB"
    return (f"report of {count:,} opinions, {name}: time · memory", ours, "", promise)
