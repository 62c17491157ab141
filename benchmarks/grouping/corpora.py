"""Labelled collections of messages: topics, campaigns and noise, the same for the same seed."""

import random
import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from pypinyin.phrases_dict import phrases_dict

from cms.wording.normal import _simplified

NOISE = -1
_CHOICE = re.compile(r"\{([^{}]*)\}")
TRADITIONAL = 0.08
SAME_KIND, COMMON_KIND = 0.02, 0.1
ODDITIES = (
    "{0}{2}",
    "{0}{2}，{1}{3}",
    "<place>的{0}{2}",
    "因为{0}{2}，{1}也{3}",
    "{1}和{0}都{2}",
    "{0}到底{2}没有",
    "去年{0}{2}，今年又{3}",
    "<place>那边{0}总是{2}",
    "{0}{2}以后没人管{1}",
)
TYPOS = 0.2


@dataclass(frozen=True)
class Corpus:
    """`labels`: the topic of each text, or NOISE. `campaigns`: rows that are one letter."""

    texts: list[str]
    labels: list[int]
    campaigns: list[list[int]]


class Writer:
    """Writes as many citizens would on the matters of one domain."""

    def __init__(self, domain: ModuleType, seed: int):
        self.places = {part: words.split() for part, words in domain.PLACES.items()}
        self.random = random.Random(seed)
        self.matters = list(domain.MATTERS.values())
        self.openings = _options(domain.OPENINGS)
        self.closings = _options(domain.CLOSINGS)
        self.elsewhere = domain.ELSEWHERE.strip().splitlines()
        self.named: set[str] = set()

    def place(self) -> str:
        """One that was not named before."""
        pick, parts = self.random.choice, self.places
        while True:
            name = pick(parts["first"]) + pick(parts["second"]) + pick(parts["kind"])
            if len(self.named) > 4000:
                name = pick(parts["first"]) + name
            if name not in self.named:
                self.named.add(name)
                return name

    def message(self, matter: list[str], place: str, length: int) -> str:
        """At most `length` characters on the matter of the place, which is always named."""
        clauses = self.random.sample(matter, len(matter))
        kept = clauses[: self.random.randint(2, 4)]
        if not any("<place>" in clause for clause in kept):
            kept[0] = next(clause for clause in matter if "<place>" in clause or clause)
        text = "，".join(kept)
        if "<place>" not in text:
            text = f"<place>：{text}"
        parts = [self.random.choice(self.openings), text, "。", self.random.choice(self.closings)]
        while len("".join(parts)) < length:
            parts.insert(2, "。" + self._aside())
        return self._by_hand(self.filled("".join(parts), place))[: length * 3 // 2]

    def noise(self, length: int) -> str:
        """A matter of one person only. Some are of the same kind as the topics' but elsewhere,
        some of kinds that come again, most of things that hardly come twice."""
        kind = self.random.random()
        if kind < SAME_KIND:
            return self.message(self.random.choice(self.matters), self.place(), length)
        if kind < SAME_KIND + COMMON_KIND:
            singles = self.random.sample(self.elsewhere, self.random.randint(1, 2))
            return self.message(singles, self.place(), length)
        return self.message([self._oddity() for _ in range(3)], self.place(), length)

    def _oddity(self) -> str:
        """A sentence of words that happen to come together, each of them a real one."""
        words = self.random.sample(everyday_words(), 4)
        return self.random.choice(ODDITIES).format(*words)

    def filled(self, text: str, place: str) -> str:
        while _CHOICE.search(text):
            text = _CHOICE.sub(lambda found: self.random.choice(found[1].split("|")), text)
        return text.replace("<place>", place)

    def _aside(self) -> str:
        aside = self._oddity()
        return aside.replace("<place>", self.random.choice(["我们这", "这里", "本地", "这边"]))

    def _by_hand(self, text: str) -> str:
        """With a slip of the pen here and there, and some in traditional characters."""
        letters = list(text)
        if self.random.random() < TYPOS and len(letters) > 8:
            spot = self.random.randrange(len(letters) - 1)
            slip = self.random.randrange(3)
            if slip == 0:
                letters[spot], letters[spot + 1] = letters[spot + 1], letters[spot]
            elif slip == 1:
                del letters[spot]
            else:
                letters[spot] = self.random.choice(letters)
        if self.random.random() < TRADITIONAL:
            letters = [_traditional().get(letter, letter) for letter in letters]
        return "".join(letters)


def corpus(
    domain: ModuleType,
    *,
    topics: int,
    noise: float,
    seed: int,
    length: int = 60,
    largest: int = 40,
) -> Corpus:
    """
    `topics` topics of 5 to `largest` texts, so much noise that it is the given share, and one
    campaign for every eight topics. `length`: characters of a text, more or less.
    """
    writer = Writer(domain, seed)
    pick = writer.random
    rows: list[tuple[str, int, int]] = []
    for topic in range(topics):
        place, matter = writer.place(), writer.matters[topic % len(writer.matters)]
        size = min(largest, 5 + int(pick.expovariate(1 / 8)))
        letter = writer.message(matter, place, max(length, 120)) if topic % 8 == 7 else None
        for _ in range(size):
            if letter:
                text, campaign = _signed(letter, writer), topic
            else:
                text, campaign = writer.message(matter, place, length), -1
            rows.append((text, topic, campaign))
    for _ in range(int(len(rows) * noise / (1 - noise))):
        rows.append((writer.noise(length), NOISE, -1))
    pick.shuffle(rows)
    campaigns = {}
    for row, (_, _, campaign) in enumerate(rows):
        if campaign >= 0:
            campaigns.setdefault(campaign, []).append(row)
    return Corpus([r[0] for r in rows], [r[1] for r in rows], list(campaigns.values()))


def _signed(letter: str, writer: Writer) -> str:
    """The letter with a name to it and, sometimes, a sentence of one's own."""
    pick = writer.random
    name = pick.choice("赵钱孙李周吴郑王冯陈") + pick.choice(["女士", "先生", "阿姨", "师傅"])
    own = writer.filled(pick.choice(writer.closings), "")
    return pick.choice([f"{letter}{name}", f"我是{name}，{letter}", f"{letter}{own}", letter])


def _options(text: str) -> list[str]:
    """Alternatives, cut at bars outside of braces."""
    found, depth = [""], 0
    for letter in text.replace("\n", ""):
        depth += (letter == "{") - (letter == "}")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


@cache
def everyday_words() -> list[str]:
    """Some forty thousand Chinese words, everyday and rare."""
    return sorted(word for word in phrases_dict if 2 <= len(word) <= 4)


@cache
def _traditional() -> dict[str, str]:
    simple = _simplified()
    return {letter: chr(point) for point, letter in sorted(simple.items(), reverse=True)}
