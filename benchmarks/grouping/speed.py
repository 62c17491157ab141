"""
How long a collection takes to group, how much memory, and whether its topics are found: `python
-m benchmarks.grouping.speed SIZE` in a process of its own. A tenth of the texts are on topics,
few of them on most, very many on some; the rest are words by chance, common ones often and rare
ones seldom, as in any language. What a topic says is put together by chance as well, so that
there are as many different ones as are wanted.
"""

import json
import os
import random
import resource
import sys
import time
from collections import Counter
from itertools import accumulate

from cms.wording.grouping import group_texts

from .corpora import NOISE, Corpus, everyday_words
from .quality import quality

LETTERS, ON_TOPIC = 300, 100
TOPIC_SHARE = 0.1
CLAUSES, WORDS_OF_A_CLAUSE, WORDS_KEPT = 7, 6, 0.75
LEAST, MOST_OF_ALL = 5, 0.01


class Chance:
    """Writes with words that come together by chance."""

    def __init__(self, seed: int, letters: int, told: int):
        self.letters, self.told = letters, told
        self.pick = random.Random(seed)
        self.words = list(everyday_words())
        self.pick.shuffle(self.words)
        self.shares = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))

    def chosen(self, count: int) -> list[str]:
        return self.pick.choices(self.words, cum_weights=self.shares, k=count)

    def topic(self) -> list[list[str]]:
        """What people say on it: clauses of words."""
        return [self.chosen(WORDS_OF_A_CLAUSE) for _ in range(CLAUSES)]

    def message(self, topic: list[list[str]]) -> str:
        """Some of the clauses in any order with most of their words, and then words by chance."""
        text = ""
        for clause in self.pick.sample(topic, len(topic)):
            text += "".join(word for word in clause if self.pick.random() < WORDS_KEPT) + "，"
        return self.filled(text[: self.told])

    def filled(self, text: str) -> str:
        words = self.chosen((self.letters - len(text)) // 2 + 1)
        lines = ("".join(words[at : at + 7]) for at in range(0, len(words), 7))
        return (text + "，".join(lines))[: self.letters]


def collection(size: int, seed: int = 1, letters: int = LETTERS, told: int = ON_TOPIC) -> Corpus:
    """So many texts of so many characters, of which so many are on the topic if there is one."""
    writer = Chance(seed, letters, told)
    wanted, topics, rows = int(size * TOPIC_SHARE), 0, []
    while len(rows) < wanted:
        topic = writer.topic()
        more = int(LEAST * (writer.pick.paretovariate(0.8) - 1))
        people = min(LEAST + more, max(int(size * MOST_OF_ALL), LEAST))
        rows += [(writer.message(topic), topics) for _ in range(people)]
        topics += 1
    del rows[wanted:]
    rows += [(writer.filled(""), NOISE) for _ in range(size - len(rows))]
    writer.pick.shuffle(rows)
    return Corpus([text for text, _ in rows], [topic for _, topic in rows], [])


def main() -> None:
    corpus = collection(int(sys.argv[1]))
    given = corpus.texts
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stages: dict[str, float] = {}
    last = ["", time.perf_counter()]

    def progress(stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        stages[last[0]] = stages.get(last[0], 0) + now - last[1]
        last[:] = stage, now

    start, used = time.perf_counter(), time.process_time()
    found = group_texts(given, progress=progress)
    spent, used = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seen = quality(corpus, found)
    print(
        json.dumps(
            {
                "texts": len(given),
                "letters": sum(map(len, given)) // len(given),
                "groups": len(found.groups),
                "topics": seen.topics,
                "largest": Counter(corpus.labels).most_common(2)[-1][1],
                "f1": seen.f1,
                "stray": seen.stray,
                "seconds": spent,
                "processor_seconds": used,
                "texts_megabytes": before // 1024,
                "megabytes": memory,
                "load": os.getloadavg()[0],
                "stages": {name: round(spent, 1) for name, spent in stages.items() if name},
            }
        )
    )


if __name__ == "__main__":
    main()
