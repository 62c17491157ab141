"""What changed between two Chinese texts, paragraph by paragraph and word by word."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel

from .normal import CHINESE_RANGES, is_chinese
from .segmentation import cut_run

SAME, ADDED, REMOVED = 0, 1, -1
Run = tuple[int, str]

_CHINESE = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE_RANGES)
_PIECE = re.compile(f"[{_CHINESE}]+|[^\\W\\d_{_CHINESE}]+|\\d+|.", re.DOTALL)
_ALIKE = 0.4  # the share of two paragraphs that must be the same for one to be the other's heir
_SHORT = 2  # characters that may be drawn into a change, if it is twice as long on both sides
_WINDOW = 40  # paragraphs looked at for an heir
_MOST = 20_000 * 20_000  # words times words; above, a text counts as written anew
_FIRST = 0x4E00  # all letters from here on: the clean-up of the library takes them alike


def paragraph_pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Which paragraph became which, in reading order: (before, after), None for neither.

    A paragraph of which much stayed is the heir of the old one; a removed one stands where it
    was. The same every time.
    """
    known: dict[str, str] = {}
    pairs: list[tuple[str | None, str | None]] = []
    for tag, o1, o2, n1, n2 in _blocks(_coded(old, known), _coded(new, known)):
        if tag == "equal":
            pairs += zip(old[o1:o2], new[n1:n2], strict=True)
        else:
            pairs += _heirs(old[o1:o2], new[n1:n2])
    return pairs


def word_runs(old: str, new: str) -> list[Run]:
    """Runs of text that stayed, were added (1) or removed (-1), in whole words.

    Neighbouring changes are drawn together where one or two characters that stayed between them
    would only make reading harder. Time and memory are bounded: texts of more than some twenty
    thousand words each count as written anew.
    """
    before, after = words(old), words(new)
    if len(before) * len(after) > _MOST:
        return [run for run in ((REMOVED, old), (ADDED, new)) if run[1]]
    known: dict[str, str] = {}
    blocks = _blocks(_coded(before, known), _coded(after, known))
    changes = _drawn_together(
        [("".join(before[o1:o2]), "".join(after[n1:n2])) for _tag, o1, o2, n1, n2 in blocks]
    )
    return [run for was, now in changes for run in _runs_of(was, now)]


def _drawn_together(changes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(before, after) in turn the same and not; a short same one among rewritten ones joins."""
    found: list[tuple[str, str]] = []
    for change, following in pairwise([*changes, ("", "")]):
        if found and _belongs(change, found[-1], following):
            found[-1] = (found[-1][0] + change[0], found[-1][1] + change[1])
        else:
            found.append(change)
    return found


def _belongs(change: tuple[str, str], before: tuple[str, str], after: tuple[str, str]) -> bool:
    if change[0] == change[1]:
        return len(change[0]) <= min(_joins(before), _joins(after))
    return before[0] != before[1]


def _joins(change: tuple[str, str]) -> int:
    """Up to how many same characters beside it a change may draw in: only a rewording does."""
    was, now = change
    return min(_SHORT, max(len(was), len(now)) // 2) if was and now and was != now else 0


def _runs_of(was: str, now: str) -> list[Run]:
    if was == now:
        return [(SAME, was)]
    return [(kind, text) for kind, text in ((REMOVED, was), (ADDED, now)) if text]


def words(text: str) -> list[str]:
    """The words of a text as it stands; joined they are the text."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        found += cut_run(piece) if is_chinese(piece) else [piece]
    return found


def _coded(tokens: Sequence[str], known: dict[str, str]) -> str:
    """A character for each token, the same for the same token."""
    return "".join(known.setdefault(token, chr(_FIRST + len(known))) for token in tokens)


def _blocks(a: str, b: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Equal and unequal stretches in turn; what was removed and added in one place is one."""
    pending: list[int] = []
    for code in Indel.opcodes(a, b):
        place = [code.src_start, code.src_end, code.dest_start, code.dest_end]
        if code.tag == "equal":
            if pending:
                yield ("replace", *pending)
            pending = []
            yield ("equal", *place)
        elif pending:
            pending[1], pending[3] = place[1], place[3]
        else:
            pending = place
    if pending:
        yield ("replace", *pending)


def _heirs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    pairs: list[tuple[str | None, str | None]] = []
    at = 0
    for paragraph in new:
        heir = _most_alike(paragraph, old[at : at + _WINDOW])
        if heir is None:
            pairs.append((None, paragraph))
            continue
        pairs += [(gone, None) for gone in old[at : at + heir]]
        pairs.append((old[at + heir], paragraph))
        at += heir + 1
    return pairs + [(gone, None) for gone in old[at:]]


def _most_alike(paragraph: str, candidates: Sequence[str]) -> int | None:
    shares = [
        Indel.normalized_similarity(paragraph, candidate, score_cutoff=_ALIKE)
        for candidate in candidates
    ]
    best = max(shares, default=0)
    return shares.index(best) if best else None
