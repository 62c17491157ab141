"""What a group is called, and by which words: those its members share and others do not have."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..normal import is_chinese, normalise, runs
from ..segmentation import cut_run
from ..vocabulary import STOP_WORDS
from .background import COMMON_WORDS, EMPTY_LETTERS, EMPTY_WORDS
from .features import count_features

MOST_READ = 40
LETTERS_READ = 1500
LONGEST_PHRASE = 10
WORDS_IN_PHRASE = 4
MOST_PHRASES = 5
SHORTEST_LABEL, LONGEST_LABEL = 4, 24
SHARED_BY = 0.3

_CLAUSE = re.compile(r"[^\s，。！？；：、,.!?;:…~—（）()【】\[\]《》<>“”\"|/]+")
_LATIN_CLAUSE = re.compile(r"[^，。！？；：、,.!?;:…~—（）()【】\[\]《》<>“”\"|/\n\r]+")
_EMPTY = STOP_WORDS | set(EMPTY_LETTERS) | set(EMPTY_WORDS.split())
_EMPTY |= {word for words in COMMON_WORDS.values() for word in words.split()}
_GREETING = re.compile("^(尊敬|您好|你好|谢谢|感谢|此致|敬礼|dear |hello|hi )", re.I)


@dataclass(frozen=True)
class Commonness:
    """How many of all texts hold a feature; the measure of what is peculiar to a group."""

    spread: np.ndarray
    texts: int

    def share(self, phrases: Sequence[str]) -> np.ndarray:
        """For each phrase at most in which share of all texts it is."""
        counted = count_features(phrases, len(self.spread))
        most = np.full(len(phrases), float(self.texts))
        seen = self.spread[counted.features]
        np.minimum.at(most, counted.texts, seen.astype(float))
        return np.maximum(most, 1) / (self.texts + 1)


def name(texts: Sequence[str], common: Commonness) -> tuple[str, list[str]]:
    """Label and phrases of a group from its texts, the most typical first."""
    read = [text[:LETTERS_READ] for text in texts[:MOST_READ]]
    scores = _telling_phrases(read, common)
    phrases = _apart(scores)
    return _label(read, {phrase: scores[phrase] for phrase in phrases}), phrases


def _telling_phrases(texts: Sequence[str], common: Commonness) -> dict[str, float]:
    held = Counter(phrase for text in texts for phrase in set(_phrases(text)))
    least = max(min(2, len(texts)), SHARED_BY * len(texts))
    shared = sorted(phrase for phrase, count in held.items() if count >= least)
    if not shared:
        return {}
    outside = common.share(shared)
    scores = {}
    for phrase, rate in zip(shared, outside, strict=True):
        inside = held[phrase] / len(texts)
        peculiar = math.log(max(inside / rate, 1)) + 0.05
        scores[phrase] = inside * peculiar * math.sqrt(min(_width(phrase), LONGEST_PHRASE))
    return scores


def _width(phrase: str) -> float:
    return len(phrase) if is_chinese(phrase) else len(phrase) / 2.5


def _phrases(text: str) -> Iterator[str]:
    """One to four words that stand together, beginning and ending with one that tells."""
    for words, joint in _sentences(text):
        for start, first in enumerate(words):
            if first in _EMPTY:
                continue
            for stop in range(start + 1, min(start + WORDS_IN_PHRASE, len(words)) + 1):
                phrase = joint.join(words[start:stop])
                if joint == "" and len(phrase) > LONGEST_PHRASE:
                    break
                if words[stop - 1] not in _EMPTY and _tells(phrase):
                    yield phrase


def _tells(phrase: str) -> bool:
    return len(phrase) > 1 and not phrase.isdigit()


def _sentences(text: str) -> Iterator[tuple[list[str], str]]:
    """Words with what stands between them: nothing in Chinese, a space in other scripts."""
    for clause in _LATIN_CLAUSE.findall(normalise(text)):
        other: list[str] = []
        for run in runs(clause):
            if is_chinese(run):
                yield cut_run(run), ""
            else:
                other.append(run)
        if other:
            yield other, " "


def _apart(scores: dict[str, float]) -> list[str]:
    """The best phrases, none part of another."""
    found: list[str] = []
    for phrase in sorted(scores, key=lambda phrase: (-scores[phrase], phrase)):
        if not any(phrase in other or other in phrase for other in found):
            found.append(phrase)
        if len(found) == MOST_PHRASES:
            break
    return found


def _label(texts: Sequence[str], phrases: dict[str, float]) -> str:
    """The clause of a text that holds most of the phrases in few letters, as it was written."""
    clauses = {clause for text in texts for clause in _clauses(text)}
    best = min(clauses, key=lambda clause: (-_worth(clause, phrases), clause), default="")
    if best and (_worth(best, phrases) > 0 or not phrases):
        return best
    return "".join(list(phrases)[:1]) or " ".join(texts[0].split())[:LONGEST_LABEL]


def _clauses(text: str) -> Iterator[str]:
    pattern = _CLAUSE if any(is_chinese(run) for run in runs(text[:200])) else _LATIN_CLAUSE
    for clause in pattern.findall(text):
        clause = " ".join(clause.split()).strip("\x00 ")
        if SHORTEST_LABEL <= _width(clause) <= LONGEST_LABEL and not _GREETING.match(clause):
            yield clause


def _worth(clause: str, phrases: dict[str, float]) -> float:
    plain = " ".join(normalise(clause).split())
    held = sum(score for phrase, score in phrases.items() if phrase in plain)
    return held / math.sqrt(_width(plain) + 6)
