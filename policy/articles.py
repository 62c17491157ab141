"""Addresses for the parts and clauses of a document: #part-3, #clause-3-1."""

from collections.abc import Iterator


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
