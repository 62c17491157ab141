"""The charts of a report, from its frozen facts: each shows numbers that a table says as well.

Where there is nothing to compare there is no picture.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from cms.pages.charts import Bar, Chart, bar_chart, column_chart, stacked_chart

from .. import summary

MOST_BARS = 20
MOST_DAYS = 92


def of_participation(facts: Mapping) -> list[Chart]:
    """By way, and on which days they arrived."""
    rows = summary.channel_rows(facts)
    charts: list[Chart] = []
    if len(rows) > 1:
        charts.append(
            bar_chart(
                _("Opinions by way"),
                [Bar(str(row["label"]), row["value"]) for row in rows],
                _("Number of opinions"),
                heading=_("Way"),
            )
        )
    days = summary.arrivals(facts, MOST_DAYS)
    if len(days) > 1:
        charts.append(
            column_chart(
                _("Opinions by day of arrival"),
                [Bar(label, count) for label, count in days],
                _("Number of opinions"),
                heading=_("Day"),
            )
        )
    return charts


def of_results(facts: Mapping) -> list[Chart]:
    """By verdict, and on which articles they were."""
    verdicts = [Bar(label, count) for label, count in summary.outcome_rows(facts)]
    charts: list[Chart] = [
        stacked_chart(
            _("Opinions by verdict"), verdicts, _("Number of opinions"), heading=_("Verdict")
        )
    ]
    articles = summary.article_rows(facts)[:MOST_BARS]
    if len(articles) > 1:
        charts.append(
            bar_chart(
                _("Opinions by article of the draft"),
                [Bar(row.label, row.count, note=row.adopted) for row in articles],
                _("Number of opinions"),
                heading=_("Article of the draft"),
            )
        )
    return charts


def of_groups(groups: list[summary.Group]) -> list[Chart]:
    """The themes, the largest first."""
    if len(groups) < 2:
        return []
    bars = [Bar(group.title, group.count, note=_people(group)) for group in groups[:MOST_BARS]]
    return [
        bar_chart(
            _("Concentrated opinions by number"),
            bars,
            _("Number of opinions"),
            heading=_("Theme"),
        )
    ]


def _people(group: summary.Group) -> str:
    if group.people is None:
        return ""
    return _("%(people)s people") % {"people": group.people}
