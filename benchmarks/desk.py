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
    return [_row(name, ms, filled["opinions"]) for name, ms in found.items()] + files


def _row(name: str, ms: float, opinions: int) -> Row:
    limit = LIMITS.get(name.split(":")[0], LIMIT)
    kept = "" if ms <= limit else ", missed"
    return (f"{name}, {opinions:,} opinions", f"{ms:.0f} ms", "", f"≤ {limit} ms{kept}")


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
