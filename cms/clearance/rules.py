"""What may be published, and who may say so (plan 2023, IV.1; Secrets Regulation, Art. 42)."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .enums import PUBLISHABLE, Outcome

# The editor names every paragraph anew; nobody can read the name. As it stands within JSON.
_paragraph_name = re.compile(r'(<[a-z][a-z0-9]*)( data-block-key=\\"[a-z0-9]{1,10}\\")')


@dataclass(frozen=True)
class Problem:
    """One thing that stands between a page and the public, and the field where it is mended."""

    text: str
    field: str = ""


class NotCleared(Exception):
    """A page was about to reach the public without what the law asks for first."""

    def __init__(self, page, problems: Collection[Problem]):
        self.page = page
        self.problems = tuple(problems)
        super().__init__(f"{page!r}: " + " ".join(str(problem.text) for problem in self.problems))


class ReviewRefused(Exception):
    """Somebody tried to review or release what they may not."""


def content_digest(content: Mapping[str, object], files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 in hex over what a reader can read and every file the page shows.

    ``content``: field name to JSON value. ``files``: pairs of "app.model:id" and the file's own
    SHA-256, in any order. The same content gives the same digest on every machine, and after
    the editor has opened and saved it without a change.
    """
    return hashlib.sha256(canonical_content(content, files)).hexdigest()


def canonical_content(content: Mapping[str, object], files: Iterable[tuple[str, str]]) -> bytes:
    """The bytes that `content_digest` is over: one line of JSON, its names in order."""
    canonical = json.dumps(
        {"content": content, "files": sorted(set(files))},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return _paragraph_name.sub(r"\1", canonical).encode("utf-8", "surrogatepass")


def may_go_live(attribute: str, outcome: str | None) -> bool:
    """Only what is for the public, and what somebody cleared (rulebook K1, K6)."""
    return attribute in PUBLISHABLE and outcome == Outcome.CLEARED


def may_review(reviewer_id: int, editor_ids: Collection[int]) -> bool:
    """Nobody clears what they had a hand in (rulebook K3)."""
    return reviewer_id not in editor_ids


def may_release(signer_id: int, reviewer_id: int, editor_ids: Collection[int]) -> bool:
    """The release is given by a third person (rulebook K3)."""
    return signer_id != reviewer_id and signer_id not in editor_ids
