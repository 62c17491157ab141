"""The written demo content, and how its prose becomes blocks."""

import tomllib
from pathlib import Path

from django.utils.html import escape

FOLDER = Path(__file__).resolve().parents[1] / "demo"


def read(name: str) -> dict:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def in_language(entry: dict, key: str, english: bool):
    """The English of a key where there is one, else the Chinese."""
    return (english and entry.get(f"{key}_en")) or entry.get(key, "")


def rich_text(entry: dict, english: bool = False) -> str:
    """``body`` paragraphs, numbered ``items``, then ``after`` paragraphs, as HTML."""
    html = paragraphs(in_language(entry, "body", english))
    items = in_language(entry, "items", english)
    if items:
        html += "<ol>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ol>"
    return html + paragraphs(in_language(entry, "after", english))


def paragraphs(texts) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in (texts or ()))


def sections(entries: list[dict], english: bool = False) -> list[tuple[str, str]]:
    """Headed sections as blocks of a body."""
    blocks = []
    for entry in entries:
        blocks.append(("heading", in_language(entry, "heading", english)))
        blocks.append(("text", rich_text(entry, english)))
    return blocks


def questions(entries: list[dict], english: bool = False) -> list[tuple[str, str]]:
    blocks = []
    for entry in entries:
        blocks.append(("heading", in_language(entry, "question", english)))
        blocks.append(("text", paragraphs(in_language(entry, "answer", english))))
    return blocks


def draft(chapters: list[dict], english: bool = False) -> list[tuple[str, object]]:
    """Chapters and articles as blocks of a draft."""
    blocks = []
    for chapter in chapters:
        blocks.append(("chapter", in_language(chapter, "title", english)))
        for article in chapter["article"]:
            value = {
                "caption": in_language(article, "caption", english),
                "text": rich_text(article, english),
            }
            blocks.append(("article", value))
    return blocks
