"""The numbers of a consultation: points, texts and people, which always add up. Pure.

A point (条) is what gets a verdict: an opinion, or a part of one that was split. A text (份) is
what somebody handed in. A person (人) may have handed in several (plan 2023, III.1; rulebook A6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .enums import OUTCOMES, WITHDRAWN, Verdict

Cells = Mapping[tuple[str, str], int]
"""(way, outcome) → how many."""


@dataclass(frozen=True)
class Totals:
    """Points and texts by way and outcome; people by way, and altogether under ""."""

    points: Cells = field(default_factory=dict)
    texts: Cells = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return sum(self.points.values())

    @property
    def withdrawn(self) -> int:
        return _outcome(self.points, WITHDRAWN)

    @property
    def counted(self) -> int:
        """What can have a verdict: received, less what its authors took back."""
        return self.received - self.withdrawn

    @property
    def undecided(self) -> int:
        return _outcome(self.points, Verdict.PENDING)

    @property
    def texts_received(self) -> int:
        return sum(self.texts.values())

    @property
    def people_counted(self) -> int:
        return self.people.get("", 0)

    @property
    def by_verdict(self) -> dict[str, int]:
        """Points by verdict, the withdrawn apart."""
        return {str(v): _outcome(self.points, v) for v in OUTCOMES if v != WITHDRAWN}

    @property
    def by_channel(self) -> dict[str, int]:
        """Points received by way, the withdrawn among them."""
        return _by_channel(self.points)

    def matrix(self) -> dict[str, dict[str, int]]:
        """Way → outcome → points, as a report keeps it."""
        return _matrix(self.points)

    def texts_matrix(self) -> dict[str, dict[str, int]]:
        return _matrix(self.texts)


def text_outcome(outcomes: Iterable[str]) -> str:
    """What a text came to, told from its points: what they share, or undecided while one is,
    or partly adopted. Raises ValueError without any.

    >>> text_outcome(["adopted", "not_adopted"])
    'partly_adopted'
    """
    found = set(map(str, outcomes))
    if not found:
        raise ValueError("A text has at least one point.")
    if len(found) == 1:
        return found.pop()
    if Verdict.PENDING in found:
        return str(Verdict.PENDING)
    return str(Verdict.PARTLY_ADOPTED)


def faults_of(facts: Mapping) -> list[str]:
    """What does not add up in the facts of a report: received = adopted + partly adopted + not
    adopted + unrelated + undecided + withdrawn, by way and altogether, for points and for texts;
    no text without a point, no person without a text. [] when all is well.
    """
    found = []
    # Before schema 2 the withdrawn were not among the received.
    withdrawn = facts["withdrawn"] if facts.get("schema", 1) > 1 else 0
    if facts["received"] != sum(facts["by_verdict"].values()) + withdrawn:
        found.append("verdicts")
    if facts["received"] != sum(facts["by_channel"].values()):
        found.append("ways")
    if facts.get("schema", 1) > 1:
        found += _cell_faults(facts)
    numbers = [facts["received"], facts["withdrawn"], *facts["by_verdict"].values()]
    return [*found, "negative"] if min(numbers) < 0 else found


def _cell_faults(facts: Mapping) -> list[str]:
    points, texts, people = facts["points"], facts["texts"], facts["people"]
    rows = {way: sum(cells.values()) for way, cells in points.items()}
    found = []
    if rows != facts["by_channel"]:
        found.append("matrix")
    if _columns(points) != _with_withdrawn(facts):
        found.append("columns")
    handed_in = {way: sum(cells.values()) for way, cells in texts.items()}
    if any(handed_in.get(way, 0) > rows.get(way, 0) for way in {*handed_in, *rows}):
        found.append("texts")
    if any(people.get(way, 0) > count for way, count in handed_in.items()):
        found.append("people")
    if people.get("", 0) > sum(handed_in.values()):
        found.append("people")
    return found


def _with_withdrawn(facts: Mapping) -> dict[str, int]:
    numbers = {**facts["by_verdict"], WITHDRAWN: facts["withdrawn"]}
    return {outcome: count for outcome, count in numbers.items() if count}


def _columns(matrix: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cells in matrix.values():
        for outcome, count in cells.items():
            sums[outcome] = sums.get(outcome, 0) + count
    return {outcome: count for outcome, count in sums.items() if count}


def _matrix(cells: Cells) -> dict[str, dict[str, int]]:
    matrix: dict[str, dict[str, int]] = {}
    for (way, outcome), count in cells.items():
        if count:
            matrix.setdefault(str(way), {})[str(outcome)] = count
    return matrix


def _outcome(cells: Cells, wanted: str) -> int:
    return sum(count for (_way, outcome), count in cells.items() if outcome == wanted)


def _by_channel(cells: Cells) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (way, _outcome), count in cells.items():
        sums[str(way)] = sums.get(str(way), 0) + count
    return {way: count for way, count in sums.items() if count}
