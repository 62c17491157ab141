"""Officers work through a million opinions."""

from . import database, site
from .results import Row

TITLE = "The departments' desk"
OPINIONS = 1_000_000
LIMITS = {"group": 500}
LIMIT = 300  # ms


def rows() -> list[Row]:
    database.demo()
    files = file_rows()
    filled = site.inside("fill_desk", str(OPINIONS))
    found = site.inside("desk")
    reference = f"Wagtail's site history, 50 rows: {found['reference']:.0f} ms"
    pages = found["pages"].items()
    return [_row(name, ms, filled["opinions"], reference) for name, ms in pages] + files


def _row(name: str, ms: float, opinions: int, reference: str) -> Row:
    limit = LIMITS.get(name.split(":")[0], LIMIT)
    kept = "" if ms <= limit else ", missed"
    return (f"{name}, {opinions:,} opinions", f"{ms:.0f} ms", reference, f"≤ {limit} ms{kept}")


def file_rows() -> list[Row]:
    site.inside("many", "100000")
    csv, xlsx, json = (site.inside("export", kind) for kind in ("csv", "xlsx", "json"))
    return [
        (
            f"export of {csv['rows']:,} opinions, memory: CSV · XLSX · JSON",
            " · ".join(f"{found['megabytes']:.0f} MB" for found in (csv, xlsx, json)),
            "",
            "< 150 MB",
        ),
    ]
