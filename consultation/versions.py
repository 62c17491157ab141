"""What changed between two versions of a text, article by article, word by word. Pure.

A version is a list of articles as `frozen_article` makes them. An article is known by its key,
whatever its number or place; so an opinion on it finds it again in every later version.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bs4 import BeautifulSoup

from cms.wording.differences import ADDED, REMOVED, SAME, paragraph_pairs, word_runs

from .articles import article_anchor

BLOCKS = ("p", "li", "h2", "h3", "h4")


class Fate(StrEnum):
    """What became of an article from one version to another."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A run of text; ``kind`` is SAME, ADDED or REMOVED."""

    kind: Fate
    text: str


Line = list[Piece]
Row = tuple[Line | None, Line | None]
KINDS = {SAME: Fate.SAME, ADDED: Fate.ADDED, REMOVED: Fate.REMOVED}


@dataclass(frozen=True)
class ArticleChange:
    """One article in two versions. ``lines`` holds both, with what was added and removed."""

    fate: Fate
    moved: bool
    old: dict | None
    new: dict | None
    lines: list[Line]

    @property
    def article(self) -> dict:
        return self.new or self.old

    @property
    def key(self) -> str:
        return self.article["key"]

    @property
    def anchor(self) -> str:
        return article_anchor(self.key)

    @property
    def is_change(self) -> bool:
        return self.moved or self.fate != Fate.SAME

    @property
    def rows(self) -> list[Row]:
        """The lines side by side, before and after; None where a side has none."""
        return [(_side(line, Fate.ADDED), _side(line, Fate.REMOVED)) for line in self.lines]

    @property
    def is_renamed(self) -> bool:
        """Whether its caption was changed; another number alone is no change."""
        return bool(self.old and self.new) and self.old["caption"] != self.new["caption"]

    @property
    def is_renumbered(self) -> bool:
        return bool(self.old and self.new) and self.old["name"] != self.new["name"]


def frozen_article(article, chapter: str) -> dict:
    """An article (``articles.Article``) as a version keeps it: plain lines of text."""
    return {
        "key": article.key,
        "number": article.number,
        "label": article.label,
        "name": article.name,
        "caption": article.caption,
        "chapter": chapter,
        "lines": lines_of_html(str(getattr(article.text, "source", article.text))),
    }


def lines_of_html(html: str) -> list[str]:
    """The paragraphs and list items of rich text, as lines; items keep their number or a dot."""
    soup = BeautifulSoup(html, "html.parser")
    for broken in soup.find_all("br"):
        broken.replace_with("\n")
    lines = []
    for block in soup.find_all(BLOCKS):
        text = block.get_text().strip()
        if text and block.find(BLOCKS) is None:
            lines.append(_mark(block) + text)
    whole = soup.get_text().strip()
    return lines or ([whole] if whole else [])


def _mark(block) -> str:
    if block.name != "li":
        return ""
    if block.parent is not None and block.parent.name == "ol":
        return f"{len(block.find_previous_siblings('li')) + 1}. "
    return "· "


def version_digest(title: str, articles: Sequence[dict]) -> str:
    """SHA-256 in hex; the same for the same title and articles only."""
    text = json.dumps([title, list(articles)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def compare(old: Sequence[dict], new: Sequence[dict]) -> list[ArticleChange]:
    """Every article of both versions: in the order of the new one, a removed one behind the
    article it used to follow. Only what has to move for the order to be right counts as moved.
    """
    before = {article["key"]: article for article in old}
    moved = _moved([a["key"] for a in old], [a["key"] for a in new])
    found = [
        _change(before.get(article["key"]), article, article["key"] in moved) for article in new
    ]
    return _with_removed(found, old, {article["key"] for article in new})


def _change(old: dict | None, new: dict, moved: bool) -> ArticleChange:
    if old is None:
        lines = [[Piece(Fate.ADDED, line)] for line in new["lines"]]
        return ArticleChange(Fate.ADDED, False, None, new, lines)
    same = old["lines"] == new["lines"] and old["caption"] == new["caption"]
    pairs = paragraph_pairs(old["lines"], new["lines"])
    lines = [_line(before, after) for before, after in pairs]
    return ArticleChange(Fate.SAME if same else Fate.CHANGED, moved, old, new, lines)


def _line(before: str | None, after: str | None) -> Line:
    if before is None or after is None:
        return [Piece(Fate.REMOVED, before) if after is None else Piece(Fate.ADDED, after)]
    if before == after:
        return [Piece(Fate.SAME, before)]
    return [Piece(KINDS[kind], text) for kind, text in word_runs(before, after)]


def _with_removed(
    found: list[ArticleChange], old: Sequence[dict], kept: set[str]
) -> list[ArticleChange]:
    place = {change.key: index for index, change in enumerate(found)}
    behind: dict[int, list[ArticleChange]] = {}
    last = -1
    for article in old:
        if article["key"] in kept:
            last = place[article["key"]]
        else:
            lines = [[Piece(Fate.REMOVED, line)] for line in article["lines"]]
            gone = ArticleChange(Fate.REMOVED, False, article, None, lines)
            behind.setdefault(last, []).append(gone)
    result = list(behind.get(-1, ()))
    for index, change in enumerate(found):
        result += [change, *behind.get(index, ())]
    return result


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest keys whose moving explains the new order: all but a longest ascending run."""
    place = {key: index for index, key in enumerate(old)}
    common = [key for key in new if key in place]
    tails: list[int] = []
    chains: list[tuple[str, ...]] = []
    for key in common:
        at = bisect_left(tails, place[key])
        chain = (*(chains[at - 1] if at else ()), key)
        tails[at : at + 1] = [place[key]]
        chains[at : at + 1] = [chain]
    return set(common) - set(chains[-1] if chains else ())


def _side(line: Line, hidden: Fate) -> Line | None:
    return [piece for piece in line if piece.kind != hidden] or None


def fate_of(key: str, old: Sequence[dict], new: Sequence[dict]) -> Fate | None:
    """What became of the article an opinion was about; None for one that neither version has."""
    before = next((article for article in old if article["key"] == key), None)
    after = next((article for article in new if article["key"] == key), None)
    if after is None:
        return Fate.REMOVED if before else None
    if before is None:
        return Fate.ADDED
    same = before["lines"] == after["lines"] and before["caption"] == after["caption"]
    return Fate.SAME if same else Fate.CHANGED
