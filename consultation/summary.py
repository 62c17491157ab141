"""What a report prints of its frozen numbers. Pure: the facts of a snapshot in, lines out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .articles import article_anchor
from .enums import FINAL_VERDICTS, NEEDS_REASON, OUTCOMES, WITHDRAWN, Channel, Verdict


@dataclass(frozen=True)
class Group:
    """A theme of opinions that the report answers as one (rulebook A4)."""

    title: str
    count: int
    people: int | None
    verdict: Verdict
    reason: str
    changed_articles: list[str]

    @property
    def verdict_label(self) -> str | Promise:
        return self.verdict.label


@dataclass(frozen=True)
class Way:
    """One way by which opinions came: who took part, and how many opinions that made."""

    label: str
    who: str
    opinions: int


@dataclass(frozen=True)
class ArticleCount:
    label: str
    count: int
    adopted: str


def verdict_rows(facts: Mapping) -> list[dict]:
    """How many opinions ended in each verdict, those without any left out of sight."""
    shown = [*FINAL_VERDICTS, *([Verdict.PENDING] if facts["by_verdict"].get("pending") else [])]
    return [
        {"label": verdict.label, "value": facts["by_verdict"].get(verdict, 0)} for verdict in shown
    ]


def outcome_rows(facts: Mapping) -> list[tuple[str, int]]:
    """Every outcome with its number: their sum is what was received, the withdrawn among it."""
    rows = [(str(row["label"]), row["value"]) for row in verdict_rows(facts)]
    if _counts_withdrawn(facts):
        rows.append((_("Withdrawn by the author"), facts["withdrawn"]))
    return rows


def _counts_withdrawn(facts: Mapping) -> bool:
    """Before schema 2 the withdrawn were not among the received."""
    return bool(facts["withdrawn"]) and facts.get("schema", 1) > 1


def channel_rows(facts: Mapping) -> list[dict]:
    """How many opinions came each way, in the order the ways are named in a notice."""
    return [
        {"label": channel.label, "value": facts["by_channel"][channel]}
        for channel in Channel
        if facts["by_channel"].get(channel)
    ]


def participation_rows(facts: Mapping) -> list[Way]:
    """The ways by which opinions came, each with its people and papers (page outline 5.3)."""
    return [
        Way(str(channel.label), who_took_part(facts, channel), facts["by_channel"][channel])
        for channel in Channel
        if facts["by_channel"].get(channel)
    ]


def who_took_part(facts: Mapping, way: str = "") -> str:
    """ "3 people, 4 papers" of one way, or of all; before schema 2 only opinions were counted."""
    if "texts" not in facts:
        return str(facts["by_channel"].get(way, 0) if way else facts["received"])
    texts = facts["texts"]
    handed_in = texts.values() if not way else [texts.get(way, {})]
    papers = sum(sum(cells.values()) for cells in handed_in)
    people = facts["people"].get(way, 0)
    return _("%(people)s people, %(papers)s papers") % {"people": people, "papers": papers}


def arrivals(facts: Mapping, most: int) -> list[tuple[str, int]]:
    """Opinions by day, every day from the first to the last; by month where days are too many."""
    counts = {date.fromisoformat(day): count for day, count in facts.get("days", {}).items()}
    if not counts:
        return []
    first, last = min(counts), max(counts)
    length = (last - first).days + 1
    if length > most:
        return _by_month(counts)
    days = (first + timedelta(days=number) for number in range(length))
    return [(day.isoformat(), counts.get(day, 0)) for day in days]


def _by_month(counts: Mapping[date, int]) -> list[tuple[str, int]]:
    months: dict[str, int] = {}
    for day in sorted(counts):
        key = f"{day:%Y-%m}"
        months[key] = months.get(key, 0) + counts[day]
    return list(months.items())


def article_rows(facts: Mapping) -> list[ArticleCount]:
    """Opinions by the article they were written for, the most first; those on the whole last."""
    rows = [
        ArticleCount(label or _("The draft as a whole"), sum(cells.values()), _adopted(cells))
        for label, cells in facts.get("articles", {}).items()
    ]
    if len(rows) == 1 and "" in facts["articles"]:
        return []
    return sorted(rows, key=lambda row: (row.label == _("The draft as a whole"), -row.count))


def _adopted(cells: Mapping[str, int]) -> str:
    taken = cells.get(Verdict.ADOPTED, 0) + cells.get(Verdict.PARTLY_ADOPTED, 0)
    return _("adopted wholly or in part: %(count)s") % {"count": taken}


def concentrated_groups(facts: Mapping) -> list[Group]:
    """较为集中的意见, the largest first."""
    groups = [
        Group(
            group["title"],
            group["count"],
            group.get("people"),
            Verdict(group["verdict"]),
            group["reason"],
            changed_keys(group["changed_articles"]),
        )
        for group in facts["groups"]
        if group["concentrated"]
    ]
    return sorted(groups, key=lambda group: -group.count)


def changed_keys(changed: list[str] | str) -> list[str]:
    """Before schema 2 the changed articles were a text."""
    return list(changed) if isinstance(changed, list) else [changed] if changed else []


def not_adopted(groups: list[Group]) -> list[Group]:
    """Those whose reason the report owes: whatever was not adopted as it was asked for."""
    return [group for group in groups if group.verdict in NEEDS_REASON]


def names_of(keys: Iterable[str], names: Mapping[str, str]) -> str:
    """Articles by the names they have in the draft; a name that nobody knows stays as it is."""
    between = ", " if get_language() == "en" else "、"
    return between.join(names.get(key, key) for key in keys)


def anchors_of(keys: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Where the changed words of articles stand on the page of changes: fragment → name."""
    return {article_anchor(key): names[key] for key in keys if key in names}


def reason_with_changes(line, names: Mapping[str, str]) -> str:
    """理由（修改情况）: the reason, and which articles were changed because of the opinion."""
    if not line.changed_articles:
        return line.reason
    changed = _("Changed: %(articles)s") % {"articles": names_of(line.changed_articles, names)}
    return f"{line.reason}\n{changed}" if line.reason else changed


def channel_label(code: str) -> str | Promise:
    return Channel(code).label


def verdict_label(code: str) -> str | Promise:
    return Verdict(code).label


def differences(old: Mapping, new: Mapping) -> list[tuple[str, int, int]]:
    """What a corrected report counts otherwise: (name, before, now), in the order of the page."""
    before, now = _numbers(old), _numbers(new)
    return [
        (name, before.get(name, 0), count)
        for name, count in now.items()
        if before.get(name, 0) != count
    ]


def _numbers(facts: Mapping) -> dict[str, int]:
    named = {v: Verdict(v).label for v in OUTCOMES if v != WITHDRAWN}
    return {
        _("Received in all"): facts["received"],
        **{str(label): facts["by_verdict"].get(v, 0) for v, label in named.items()},
        _("Withdrawn by the author"): facts["withdrawn"],
    }
