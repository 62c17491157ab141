"""What a report prints of its frozen numbers. Pure: the facts of a snapshot in, lines out."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cms.pages.charts import Bar, StackedChart, stacked_chart

from .enums import FINAL_VERDICTS, NEEDS_REASON, Channel, Verdict


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


def verdict_rows(facts: Mapping) -> list[dict]:
    """How many opinions ended in each verdict, those without any left out of sight."""
    shown = [*FINAL_VERDICTS, *([Verdict.PENDING] if facts["by_verdict"].get("pending") else [])]
    return [
        {"label": verdict.label, "value": facts["by_verdict"].get(verdict, 0)} for verdict in shown
    ]


def verdict_chart(facts: Mapping) -> StackedChart:
    """The same as a picture: the verdicts as parts of all opinions."""
    return stacked_chart(
        _("Opinions by verdict"),
        [Bar(str(row["label"]), row["value"]) for row in verdict_rows(facts)],
        _("Number of opinions"),
        heading=_("Verdict"),
    )


def channel_rows(facts: Mapping) -> list[dict]:
    """How many opinions came each way, in the order the ways are named in a notice."""
    return [
        {"label": channel.label, "value": facts["by_channel"][channel]}
        for channel in Channel
        if facts["by_channel"].get(channel)
    ]


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
