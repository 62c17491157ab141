"""Drawing lots that anybody can draw again (rulebook O7). Pure Python: no Django, no database.

Before sign-up closes the SHA-256 of a secret seed is published. After it has closed the seed is
shown. Every party is an entry, named by a hash that only the party itself can recognise. Entries
are put in the order of SHA-256(seed ‖ entry). Places are given in that order until a party does
not fit; the others are the waiting list, in the same order.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

FORMAT = "jianyan-draw-1"
ALGORITHM = (
    "1. commitment = SHA-256 of the seed (UTF-8, hex), published before sign-up closed. "
    "2. entry = SHA-256 of 'session key + : + receipt number' (UTF-8, hex). "
    "3. Entries are sorted by SHA-256 of 'seed + entry' (UTF-8, hex), smallest first; two equal "
    "ones by entry. "
    "4. In this order each party gets its places; a party that may be parted gets what is left; "
    "the first party that does not fit ends the draw. "
    "5. All others are the waiting list, in the same order."
)
LONGEST_FILE = 20_000_000


@dataclass(frozen=True)
class Entry:
    """One party in the pot: its hash, the places it needs, whether it may be parted."""

    entry: str
    places: int
    may_be_parted: bool = False


def new_seed() -> str:
    """256 random bits as 64 hex digits."""
    return secrets.token_hex(32)


def commitment_of(seed: str) -> str:
    """What is published of a seed before it may be known."""
    return _sha256(seed)


def entry_of(session_key: str, receipt_number: str) -> str:
    """The name of a party in the published list; who holds the receipt can recompute it."""
    return _sha256(f"{session_key}:{receipt_number}")


def drawn_order(seed: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries in the order of the lots; depends on the seed and the set of entries alone."""
    return sorted(entries, key=lambda one: (_sha256(seed + one.entry), one.entry))


def drawn(seed: str, entries: Sequence[Entry], places: int) -> tuple[dict[str, int], list[str]]:
    """Entry → places given, and the waiting list: who got nothing or not everything, in order."""
    given: dict[str, int] = {}
    waiting: list[str] = []
    free = places
    for one in drawn_order(seed, entries):
        share = 0 if waiting else _share(one, free)
        if share:
            given[one.entry] = share
            free -= share
        if share < one.places:
            waiting.append(one.entry)
    return given, waiting


def _share(one: Entry, free: int) -> int:
    if one.places <= free:
        return one.places
    return free if one.may_be_parted else 0


def draw_file(session_key: str, seed: str, entries: Sequence[Entry], places: int) -> dict:
    """All that is published of a draw: everything needed to draw it again, and its result."""
    given, waiting = drawn(seed, entries, places)
    return {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "session": session_key,
        "places": places,
        "commitment": commitment_of(seed),
        "seed": seed,
        "entries": [
            {"entry": one.entry, "places": one.places, "may_be_parted": one.may_be_parted}
            for one in sorted(entries, key=lambda one: one.entry)
        ],
        "given": given,
        "waiting": waiting,
    }


def canonical(file: dict) -> bytes:
    """One spelling of a file, whose SHA-256 is published with it."""
    text = json.dumps(file, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def digest_of(file: dict) -> str:
    return hashlib.sha256(canonical(file)).hexdigest()


def faults_of(file: object) -> list[str]:
    """What is wrong with a published draw, recomputed from the file alone; [] when it is right.

    unknown, incomplete: no such file; seed: not the one promised; twice: an entry is there twice;
    given: places not given as the lots fell; waiting: the waiting list is in another order.
    """
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        return ["unknown"]
    try:
        seed, places = _text(file["seed"]), _number(file["places"])
        entries = [
            Entry(_text(one["entry"]), _number(one["places"]), one["may_be_parted"] is True)
            for one in file["entries"]
        ]
        given, waiting = drawn(seed, entries, places)
        checks = (
            (commitment_of(seed) == file["commitment"], "seed"),
            (len({one.entry for one in entries}) == len(entries), "twice"),
            (given == file["given"], "given"),
            (waiting == file["waiting"], "waiting"),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["incomplete"]
    return [fault for is_right, fault in checks if not is_right]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(value)
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
