"""
How long a collection takes to group, and how much memory: `python -m benchmarks.grouping.speed
SIZE` in a process of its own. A tenth of the texts are on topics, the rest are words by chance,
common ones often and rare ones seldom, as in any language.
"""

import json
import os
import random
import resource
import sys
import time
from itertools import accumulate, islice

from cms.wording.grouping import group_texts

from . import streets
from .corpora import Writer, everyday_words

LETTERS = 300
TOPIC_SHARE = 0.1
WORDS_BEFORE_STOP = 7


def texts(size: int, seed: int = 1) -> list[str]:
    """So many texts of 300 characters."""
    pick = random.Random(seed)
    writer = Writer(streets, seed)
    words = everyday_words()
    pick.shuffle(words)
    shares = list(accumulate(1 / (rank + 20) for rank in range(len(words))))
    found: list[str] = []
    while len(found) < size * TOPIC_SHARE:
        place, matter = writer.place(), pick.choice(writer.matters)
        for _ in range(5 + int(pick.paretovariate(1.2))):
            found.append(writer.message(matter, place, 60))
    del found[int(size * TOPIC_SHARE) :]
    found += [""] * (size - len(found))
    for row, text in enumerate(found):
        found[row] = text + _filler(pick, words, shares, LETTERS - len(text))
    pick.shuffle(found)
    return found


def _filler(pick: random.Random, words: list[str], shares: list[float], letters: int) -> str:
    chosen = iter(pick.choices(words, cum_weights=shares, k=letters // 2 + 1))
    parts = []
    while letters > sum(map(len, parts)):
        parts.append("".join(islice(chosen, WORDS_BEFORE_STOP)) + "，")
    return "".join(parts)[:letters]


def main() -> None:
    given = texts(int(sys.argv[1]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stages: dict[str, float] = {}
    last = ["", time.perf_counter()]

    def progress(stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        stages[last[0]] = stages.get(last[0], 0) + now - last[1]
        last[:] = stage, now

    start, used = time.perf_counter(), time.process_time()
    found = group_texts(given, progress=progress)
    print(
        json.dumps(
            {
                "texts": len(given),
                "letters": sum(map(len, given)) // len(given),
                "groups": len(found.groups),
                "grouped": len(given) - len(found.ungrouped),
                "seconds": time.perf_counter() - start,
                "processor_seconds": time.process_time() - used,
                "texts_megabytes": before // 1024,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "load": os.getloadavg()[0],
                "stages": {name: round(spent, 1) for name, spent in stages.items() if name},
            }
        )
    )


if __name__ == "__main__":
    main()
