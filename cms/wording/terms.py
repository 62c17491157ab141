"""
What is put into the search index, and what is looked for in it.

Chinese is indexed as overlapping pairs of characters and no dictionary takes part in that, so
nothing is lost that a dictionary does not know: whatever words a question is cut into, their
pairs are in every text that contains it. The dictionary and the synonyms only make a question
looser. The ends of a run are kept by indexing its last character alone.
"""

from dataclasses import dataclass

from .normal import is_chinese, runs
from .segmentation import cut_run, parts
from .synonyms import Synonyms
from .vocabulary import STOP_WORDS

# Nobody types more, and a database refuses words of more than 2,046 bytes.
LONGEST_QUESTION = 255
LONGEST_TOKEN = 64

NO_SYNONYMS = Synonyms()


@dataclass(frozen=True)
class Term:
    """
    Tokens that stand side by side in a text, in this order. With `open_ended` the last of them
    may go on: 梯 also means 梯子.
    """

    tokens: tuple[str, ...]
    open_ended: bool = False


Way = tuple[Term, ...]
"""One way of saying a word: all its terms are in the text."""

Word = tuple[Way, ...]
"""One word of a question: one of its ways is in the text. Never empty."""


def index_tokens(text: str) -> list[str]:
    """
    What of a text goes into the index, in order: of every Chinese run the overlapping pairs and
    the last character, of other scripts and numbers the whole word (cut at 64 characters).
    加装电梯 2023 gives ["加装", "装电", "电梯", "梯", "2023"].
    """
    tokens = []
    for run in runs(text):
        tokens += (*_pairs(run), run[-1]) if is_chinese(run) else (run[:LONGEST_TOKEN],)
    return tokens


def query_words(text: str, synonyms: Synonyms = NO_SYNONYMS) -> list[str]:
    """
    The words of a question that say what is asked, in normal form, each once: 怎么申请加装电梯
    gives ["申请", "加装电梯"]. Read are the first 255 characters. When nothing but stop words
    is left, the runs themselves; [] when there is no letter or figure at all.
    """
    asked = runs(text[:LONGEST_QUESTION])
    words = [word for run in asked for word in _telling_words(run, synonyms)]
    return list(dict.fromkeys(words or asked))


def variants(word: str, synonyms: Synonyms = NO_SYNONYMS) -> list[str]:
    """
    Other ways of saying a word (in normal form): its synonyms, and a long word's parts with
    spaces between them. 列席会议 gives ["列席 会议"].
    """
    pieces = parts(word)
    return [*synonyms.of(word), *([" ".join(pieces)] if pieces else [])]


def question(
    text: str, synonyms: Synonyms = NO_SYNONYMS, *, unfinished: bool = False
) -> list[Word]:
    """
    What a question looks for: words, each with the ways of saying it, the typed one first.
    `unfinished`: the last word is still being typed. [] when there is nothing to look for.
    """
    words = query_words(text, synonyms)
    return [
        tuple(
            _way(said, unfinished=unfinished and place == len(words))
            for said in (word, *variants(word, synonyms))
        )
        for place, word in enumerate(words, start=1)
    ]


def literal(text: str, *, unfinished: bool = False) -> list[Word]:
    """What a question in quotation marks looks for: every run as it is, in one way only."""
    asked = runs(text[:LONGEST_QUESTION])
    return [
        (_way(run, unfinished=unfinished and place == len(asked)),)
        for place, run in enumerate(asked, start=1)
    ]


def _way(said: str, *, unfinished: bool) -> Way:
    pieces = runs(said)
    return tuple(
        _term(run, unfinished=unfinished and place == len(pieces))
        for place, run in enumerate(pieces, start=1)
    )


def _term(run: str, *, unfinished: bool) -> Term:
    if not is_chinese(run):
        return Term((run[:LONGEST_TOKEN],), unfinished)
    if len(run) == 1:
        return Term((run,), open_ended=True)
    return Term(_pairs(run), unfinished)


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[start : start + 2] for start in range(len(run) - 1))


def _telling_words(run: str, synonyms: Synonyms) -> list[str]:
    words = []
    for piece in synonyms.split(run):
        words += [piece] if piece in synonyms else _joined_leftovers(cut_run(piece))
    return words


def _joined_leftovers(words: list[str]) -> list[str]:
    """
    Without stop words, and with single characters joined to their neighbour: names the
    dictionary does not know fall into single characters, which alone say little.
    """
    joined: list[str] = []
    may_join = False
    for word in words:
        if word in STOP_WORDS:
            may_join = False
        elif may_join and 1 in (len(word), len(joined[-1])):
            joined[-1] += word
        else:
            joined.append(word)
            may_join = True
    return joined
