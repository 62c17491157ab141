"""What a report says of the opinions, as plain data: facts, lines, and the digest over both. Pure.

The facts and the lines are the only source of the page, the document, the tables and the open
data, so all of them have the same totals.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from .enums import NEEDS_REASON, Verdict
from .rules import SHANGHAI, Threshold, needs_countersignature, without_private_data
from .totals import Totals, faults_of

SCHEMA = 2


@dataclass(frozen=True)
class Line:
    """One line of the annex: 序号 | 渠道 | 内容 | 采纳情况 | 理由. Private numbers are masked."""

    number: int
    channel: str
    text: str
    verdict: str
    reason: str
    article: str = ""
    group: str = ""
    changed_articles: list[str] = field(default_factory=list)


def lines_of(opinions: Iterable) -> Iterator[tuple[Line, object]]:
    """The annex in the order the opinions came, each line with its opinion; streams."""
    for number, opinion in enumerate(opinions, start=1):
        line = Line(
            number=number,
            channel=opinion.channel,
            text=without_private_data(whole_text(opinion)),
            verdict=opinion.verdict,
            reason=without_private_data(opinion.verdict_reason),
            article=opinion.article_label,
            group=opinion.group.title if opinion.group_id else "",
            changed_articles=list(opinion.changed_articles),
        )
        yield line, opinion


def whole_text(opinion) -> str:
    """The opinion with its reasons and what its author added, a paragraph each."""
    added = [addition.text for addition in opinion.additions.all()]
    return "\n".join(part for part in (opinion.text, opinion.reasons, *added) if part.strip())


def group_facts(groups: Iterable, total: int, threshold: Threshold) -> list[dict]:
    """What the report says of each group; empty ones are left out."""
    return [_group_fact(group, total, threshold) for group in groups if group.count]


def _group_fact(group, total: int, threshold: Threshold) -> dict:
    concentrated = threshold.is_reached(group.count, total, group.people)
    return {
        "title": group.title,
        "count": group.count,
        "people": group.people,
        "verdict": group.verdict,
        "reason": without_private_data(group.reason),
        "changed_articles": list(group.changed_articles),
        "concentrated": concentrated,
        "unsigned": group.countersigned_by_id is None
        and needs_countersignature(group.verdict, group.refused, concentrated),
    }


class Tally:
    """What is counted of the lines on the way: per article and verdict, and arrivals per day."""

    def __init__(self):
        self._articles: dict[str, dict[str, int]] = {}
        self._days: dict[date, int] = {}

    def add(self, line: Line, received_at) -> None:
        cells = self._articles.setdefault(line.article, {})
        cells[line.verdict] = cells.get(line.verdict, 0) + 1
        day = received_at.astimezone(SHANGHAI).date()
        self._days[day] = self._days.get(day, 0) + 1

    def facts(self) -> dict:
        return {
            "articles": self._articles,
            "days": {day.isoformat(): self._days[day] for day in sorted(self._days)},
        }


@dataclass(frozen=True)
class Standing:
    """How the work stands: the numbers, the groups, and the articles by key as they are named."""

    totals: Totals
    groups: list[dict]
    article_names: dict[str, str]


def facts(standing: Standing, tally: dict | None = None) -> dict:
    """All the numbers of a report. ``received`` is the sum of all outcomes, by way as well."""
    totals = standing.totals
    return {
        "schema": SCHEMA,
        "received": totals.received,
        "withdrawn": totals.withdrawn,
        "by_verdict": totals.by_verdict,
        "by_channel": totals.by_channel,
        "points": totals.matrix(),
        "texts": totals.texts_matrix(),
        "people": {way: count for way, count in totals.people.items() if count},
        "groups": standing.groups,
        "article_names": standing.article_names,
        **(tally or {"articles": {}, "days": {}}),
    }


def canonical(value) -> bytes:
    """One line of the data of a report, byte for byte as it is published and hashed."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"
    return text.encode("utf-8", "surrogatepass")


class Reading:
    """Reads the lines of a report once: tallies them, and takes the SHA-256 over the data.

    The data are the lines in their order and then the facts, a line each (`canonical`); anyone
    can hash the published file and compare.
    """

    def __init__(self):
        self._hash = hashlib.sha256()
        self._tally = Tally()

    def add(self, line: Line, opinion) -> None:
        self._hash.update(canonical(vars(line)))
        self._tally.add(line, opinion.received_at)

    def close(self, standing: Standing) -> tuple[dict, str]:
        """The facts, and the digest in hex over everything."""
        found = facts(standing, self._tally.facts())
        self._hash.update(canonical(found))
        return found, self._hash.hexdigest()


def faults(report_facts: Mapping) -> list[str]:
    """Codes of what forbids publishing: undecided, unreasoned, unsigned, unbalanced (A4)."""
    found = []
    if report_facts["by_verdict"].get(Verdict.PENDING, 0):
        found.append("undecided")
    concentrated = [group for group in report_facts["groups"] if group["concentrated"]]
    if any(group["verdict"] == Verdict.PENDING for group in concentrated):
        found.append("group_undecided")
    if any(g["verdict"] in NEEDS_REASON and not g["reason"] for g in concentrated):
        found.append("unreasoned")
    if any(group.get("unsigned") for group in concentrated):
        found.append("unsigned")
    if faults_of(report_facts):
        found.append("unbalanced")
    return found
