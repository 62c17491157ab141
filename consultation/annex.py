"""What a report says of the opinions, as plain data: lines, groups, and the digest over both."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from .enums import NEEDS_REASON, Verdict
from .rules import Totals, without_private_data


@dataclass(frozen=True)
class Line:
    """One line of the annex: 序号 | 渠道 | 内容 | 采纳情况 | 理由. Private numbers are masked."""

    number: int
    channel: str
    text: str
    verdict: str
    reason: str


def lines_of(opinions: Iterable) -> Iterator[Line]:
    """The annex in the order the opinions came; streams."""
    for number, opinion in enumerate(opinions, start=1):
        yield Line(
            number,
            opinion.channel,
            without_private_data(opinion.text),
            opinion.verdict,
            without_private_data(opinion.verdict_reason),
        )


def group_facts(groups: Iterable, total: int, is_concentrated) -> list[dict]:
    """What the report says of each group; empty ones are left out.

    ``is_concentrated(count, total)`` decides by the consultation's own threshold.
    """
    return [
        {
            "title": group.title,
            "count": group.count,
            "verdict": group.verdict,
            "reason": group.reason,
            "changed_articles": group.changed_articles,
            "concentrated": is_concentrated(group.count, total),
        }
        for group in groups
        if group.count
    ]


def facts(totals: Totals, groups: list[dict]) -> dict:
    return {
        "received": totals.received,
        "withdrawn": totals.withdrawn,
        "by_verdict": dict(totals.by_verdict),
        "by_channel": {name: count for name, count in totals.by_channel.items() if count},
        "groups": groups,
    }


class Digest:
    """SHA-256 in hex over the facts and every line, fed line by line."""

    def __init__(self, report_facts: dict):
        self._hash = hashlib.sha256()
        self._feed(report_facts)

    def add(self, line: Line) -> None:
        self._feed(astuple(line))

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def _feed(self, value) -> None:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"
        self._hash.update(text.encode("utf-8", "surrogatepass"))


def faults(report_facts: dict) -> list[str]:
    """Codes of what forbids publishing: undecided, unreasoned, unbalanced (rulebook A4)."""
    found = []
    if report_facts["by_verdict"].get(Verdict.PENDING, 0):
        found.append("undecided")
    concentrated = [group for group in report_facts["groups"] if group["concentrated"]]
    if any(group["verdict"] == Verdict.PENDING for group in concentrated):
        found.append("group_undecided")
    if any(g["verdict"] in NEEDS_REASON and not g["reason"] for g in concentrated):
        found.append("unreasoned")
    totals = Totals(
        received=report_facts["received"],
        by_verdict=report_facts["by_verdict"],
        by_channel=report_facts["by_channel"],
        withdrawn=report_facts["withdrawn"],
    )
    if not totals.add_up():
        found.append("unbalanced")
    return found
