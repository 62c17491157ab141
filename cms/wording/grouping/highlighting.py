"""Where in a text the phrases of a group are."""

import re
from collections.abc import Iterable

from ..normal import normalise


def highlights(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """
    Places (start, end) in the text as it was written, in order and apart, where one of the
    phrases is. Traditional or simplified, upper or lower case, full or half width are the same.
    """
    wanted = sorted({" ".join(normalise(phrase).split()) for phrase in phrases} - {""})
    if not wanted or not text:
        return []
    plain, places = _with_places(text)
    spans: list[tuple[int, int]] = []
    for match in sorted(_matches(plain, wanted)):
        start, end = places[match[0]], places[match[1] - 1] + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _with_places(text: str) -> tuple[str, list[int]]:
    """The normal form, and for each of its characters the place of the one it comes from."""
    plain, places = [], []
    for place, letter in enumerate(text):
        normal = normalise(letter)
        plain.append(normal)
        places += [place] * len(normal)
    return "".join(plain), places


def _matches(plain: str, wanted: Iterable[str]) -> Iterable[tuple[int, int]]:
    for phrase in wanted:
        pattern = r"\s+".join(map(re.escape, phrase.split()))
        if phrase.isascii():
            pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9])"
        for match in re.finditer(pattern, plain):
            yield match.span()
