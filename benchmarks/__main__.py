"""`make bench`: the promises of speed and scale, each beside its reference, in one run.

``python -m benchmarks PART…`` measures only those parts and leaves the figures of the others.
"""

import shutil
import sys

from . import consultation, desk, grouping, openday, report, results

PARTS = {
    "consultation": consultation,
    "desk": desk,
    "report": report,
    "grouping": grouping,
    "openday": openday,
}
WITHOUT_WEB = {"grouping", "report"}


def main(names: list[str]) -> None:
    if unknown := set(names) - set(PARTS):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
    if not (names and set(names) <= WITHOUT_WEB or shutil.which("wrk")):
        sys.exit("make bench needs wrk (Debian: apt install wrk).")
    for name in names or PARTS:
        part = PARTS[name]
        results.keep(part.TITLE, part.rows())


if __name__ == "__main__":
    main(sys.argv[1:])
