"""What the desk shows of opinions."""

from dataclasses import dataclass

from django import template

from cms.wording.grouping import highlights
from consultation.models import Opinion

register = template.Library()

SHOWN = 400


@dataclass(frozen=True)
class Piece:
    text: str
    is_match: bool = False


@register.filter
def shared(opinion: Opinion, phrases: list[str]) -> list[Piece]:
    """The beginning of the text in pieces, with what the group shares marked."""
    text = opinion.text[:SHOWN]
    pieces, at = [], 0
    for start, end in highlights(text, phrases):
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], is_match=True))
        at = end
    rest = text[at:] + ("…" if len(opinion.text) > SHOWN else "")
    return [*pieces, Piece(rest)] if rest else pieces
