"""The articles of a draft: numbered by their order, known by an id that never changes."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from .rules import chinese_number


def article_anchor(key: str) -> str:
    """The fragment under which an article stands on every page that shows it."""
    return f"article-{key[:8]}"


@dataclass(frozen=True)
class Article:
    """``key`` is the block's id; ``anchor`` the fragment in the page; ``label`` 第三条（范围）."""

    key: str
    number: int
    caption: str
    text: object

    @property
    def anchor(self) -> str:
        return article_anchor(self.key or str(self.number))

    @property
    def name(self) -> str:
        if get_language() == "en":
            return f"Article {self.number}"
        return f"第{chinese_number(self.number)}条"

    @property
    def label(self) -> str:
        if not self.caption:
            return self.name
        return (
            f"{self.name} ({self.caption})"
            if get_language() == "en"
            else (f"{self.name}（{self.caption}）")
        )


@dataclass(frozen=True)
class Chapter:
    number: int
    title: str

    @property
    def label(self) -> str:
        if get_language() == "en":
            return f"Chapter {self.number} {self.title}"
        return f"第{chinese_number(self.number)}章　{self.title}"


def parts_of(draft) -> Iterator[Article | Chapter]:
    """Chapters and articles in their order, each with its number."""
    articles = chapters = 0
    for block in draft:
        if block.block_type == "article":
            articles += 1
            yield Article(block.id, articles, block.value["caption"], block.value["text"])
        else:
            chapters += 1
            yield Chapter(chapters, block.value)


def articles_of(draft) -> list[Article]:
    return [part for part in parts_of(draft) if isinstance(part, Article)]


def article_of(draft, key: str) -> Article | None:
    return next((article for article in articles_of(draft) if article.key == key), None)


def digest(*streams) -> str:
    """SHA-256 in hex of the raw content of stream fields; the same for the same wording only."""
    raw = [list(stream.raw_data) for stream in streams]
    return hashlib.sha256(json.dumps(raw, default=str).encode()).hexdigest()
