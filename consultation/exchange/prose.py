"""Rich text on its way between two sites: only words, lists and links to the outside. Pure."""

import uuid
from collections.abc import Iterable

from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

from .records import BodyPart, DraftPart

TAGS = ("b", "i", "p", "br", "ol", "ul", "li", "h2", "h3", "h4")


class _Carried(Whitelister):
    element_rules = {
        "[document]": allow_without_attributes,
        "a": attribute_rule({"href": check_url}),
        **dict.fromkeys(TAGS, allow_without_attributes),
    }


def carried(html: str) -> str:
    """What may travel: no script, no style, no link to a page or file of the other site."""
    return _Carried().clean(html)


def draft_parts(raw: Iterable[dict]) -> list[DraftPart]:
    """The raw blocks of a draft as they are written into a file."""
    return [_draft_part(block) for block in raw]


def body_parts(raw: Iterable[dict]) -> tuple[list[BodyPart], int]:
    """The raw blocks of prose, and how many pictures and files among them stay behind."""
    parts, left_out = [], 0
    for block in raw:
        kind = block["type"]
        if kind in ("heading", "text", "quote"):
            text = carried(block["value"]) if kind == "text" else block["value"]
            parts.append(BodyPart(key=key_of(block), kind=kind, text=text))
        else:
            left_out += 1
    return parts, left_out


def draft_blocks(parts: Iterable[DraftPart]) -> list[dict]:
    """Raw blocks of a draft, as a stream field takes them."""
    return [
        {
            "id": str(part.key),
            "type": part.kind,
            "value": part.caption
            if part.kind == "chapter"
            else {"caption": part.caption, "text": carried(part.text)},
        }
        for part in parts
    ]


def body_blocks(parts: Iterable[BodyPart]) -> list[dict]:
    return [
        {
            "id": str(part.key),
            "type": part.kind,
            "value": carried(part.text) if part.kind == "text" else part.text,
        }
        for part in parts
    ]


def key_of(block: dict) -> uuid.UUID:
    """Its id; a block that never had one is known by its content."""
    try:
        return uuid.UUID(block.get("id") or "")
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, repr((block["type"], block["value"])))


def _draft_part(block: dict) -> DraftPart:
    if block["type"] == "chapter":
        return DraftPart(key=key_of(block), kind="chapter", caption=block["value"], text="")
    value = block["value"]
    caption, text = value.get("caption") or "", carried(value["text"])
    return DraftPart(key=key_of(block), kind="article", caption=caption, text=text)
