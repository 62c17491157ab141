"""Addresses for the parts and clauses of a document: #part-3, #clause-3-1."""

from collections.abc import Iterator

from bs4 import BeautifulSoup


def numbered(body) -> Iterator[tuple[str, object]]:
    """Pairs of anchor and block; only parts and clauses have an anchor."""
    part = clause = 0
    for block in body:
        anchor = ""
        if block.block_type == "part":
            part, clause = part + 1, 0
            anchor = f"part-{part}"
        elif block.block_type == "clause":
            clause += 1
            anchor = f"clause-{part}-{clause}"
        yield anchor, block


def plain_text(html: str) -> str:
    """The words of rich text, a line for every paragraph."""
    soup = BeautifulSoup(html, "html.parser")
    for broken in soup.find_all("br"):
        broken.replace_with("\n")
    lines = [block.get_text().strip() for block in soup.find_all(("p", "li"))]
    return "\n".join(filter(None, lines)) or soup.get_text().strip()
