"""意见采纳情况反馈 as plain data: what every output prints, and the only place where it is said.

Blocks in their order, with the exact headings of page outline 5.3. The page, the Word file, the
PDF and the annex are drawn from one `Document`, so that all have the same words and totals.
Pure: a page, frozen facts and a moment come in; nothing is asked of the database but the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.pages.charts import Chart

from .. import annex, summary
from . import pictures
from .wording import foreword_of, lines_of_stream, number_sentence, period_of, public_mark

ANNEX_WIDTHS = [10, 20, 62, 22, 42]  # parts of the width of a page


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Subheading:
    text: str
    kind: str = field(default="subheading", init=False)


@dataclass(frozen=True)
class Prose:
    """Text of an editor: ``stream`` for the page, ``lines`` (Paragraph, Subheading) for paper."""

    stream: object
    lines: list[Paragraph | Subheading]
    kind: str = field(default="prose", init=False)


@dataclass(frozen=True)
class Notice:
    """Said instead of a table that would be empty."""

    text: str
    kind: str = field(default="notice", init=False)


@dataclass(frozen=True)
class Figures:
    """Numbers to be seen first, each with its name."""

    rows: list[tuple[str, int]]
    kind: str = field(default="figures", init=False)


@dataclass(frozen=True)
class Column:
    label: str
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """``cells`` in the order of the columns; ``anchor`` is a fragment of the page.

    ``changed``: anchor → name of each article that was changed because of what the row says.
    """

    cells: list[str]
    anchor: str = ""
    is_sum: bool = False
    changed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    key: str
    caption: str
    columns: list[Column]
    rows: list[Row]
    widths: list[int] | None = None
    kind: str = field(default="table", init=False)

    @property
    def is_numbered(self) -> bool:
        """Whether the rows are named by a number only, which heads nothing."""
        return self.widths is not None

    @property
    def labelled_rows(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Picture:
    """A chart; whoever cannot draw it prints its table."""

    chart: Chart
    kind: str = field(default="picture", init=False)


Block = Paragraph | Subheading | Prose | Notice | Figures | Table | Picture


@dataclass(frozen=True)
class Section:
    key: str
    heading: str
    blocks: list[Block]


@dataclass(frozen=True)
class Imprint:
    """版记: who gets a copy, who printed it and when."""

    copied_to: str
    printed_by: str
    printed_on: date | None

    @property
    def is_empty(self) -> bool:
        return not (self.copied_to or self.printed_by)

    @property
    def printing(self) -> str:
        """ "2026年9月18日印发", or nothing while the day is not known."""
        if not self.printed_on:
            return ""
        return _("printed on %(day)s") % {"day": date_format(self.printed_on)}


@dataclass(frozen=True)
class Document:
    """The whole report. ``signed_on`` is None while it is not published; then it is a preview."""

    title: str
    organ: str
    number: str
    addressees: str
    foreword: Paragraph | Prose
    sections: list[Section]
    annex: Table
    unit: str
    signed_on: date | None
    mark: str
    imprint: Imprint
    correction: str = ""
    edition: int | None = None
    language: str = "zh-hans"
    counted: int = 0

    @property
    def is_preview(self) -> bool:
        return self.signed_on is None

    @property
    def annex_name(self) -> str:
        """附件说明: how the body names what is attached."""
        return _("Summary of the opinions received and their adoption")

    @property
    def annex_is_apart(self) -> bool:
        """Whether the annex is too long for this paper and a file of its own."""
        return self.counted > 0 and not self.annex.rows

    @property
    def annex_note(self) -> str:
        """附件说明, at the end of the body."""
        said = _("Annex: %(name)s") % {"name": self.annex_name}
        if not self.annex_is_apart:
            return said
        return said + _(" (%(count)s opinions; published as annex.xlsx)") % {"count": self.counted}

    @property
    def signed(self) -> str:
        return date_format(self.signed_on) if self.signed_on else _("(day of publication)")


@dataclass(frozen=True)
class Issue:
    """What the publication adds to the page: the edition, its day, and what it corrects."""

    number: int | None = None
    published_on: date | None = None
    correction: str = ""


def assemble(
    page, facts: Mapping, lines: Iterable[annex.Line], organ: str, issue: Issue | None = None
) -> Document:
    """The report of a page from frozen facts; ``lines`` of the annex may be a part of them.

    ``organ``: the body whose name stands at the head. Without an issue it is a preview.
    """
    issue = issue or Issue()
    unit = str(page.department or "")
    return Document(
        title=page.title,
        organ=organ or unit,
        number=page.document_number,
        addressees=page.addressees,
        foreword=_foreword(page),
        sections=_sections(page, facts),
        annex=annex_table(lines, facts.get("article_names", {})),
        unit=unit,
        signed_on=issue.published_on,
        mark=public_mark(page.disclosure_attribute),
        imprint=Imprint(page.copied_to, page.printed_by, issue.published_on),
        correction=issue.correction,
        edition=issue.number,
        language=page.locale.language_code,
        counted=sum(facts["by_verdict"].values()),
    )


def _foreword(page) -> Paragraph | Prose:
    if page.foreword:
        return _prose(page.foreword)
    return Paragraph(foreword_of(page.consultation, page.department))


def _prose(stream) -> Prose:
    lines = lines_of_stream(stream)
    return Prose(
        stream, [Subheading(t) if is_heading else Paragraph(t) for is_heading, t in lines]
    )


def _sections(page, facts: Mapping) -> list[Section]:
    groups = summary.concentrated_groups(facts)
    return [
        Section(
            "participation",
            _("1. Public participation as a whole"),
            _participation(page, facts),
        ),
        Section("results", _("2. Opinions received and their adoption"), _results(facts)),
        Section(
            "concentrated",
            _("3. Concentrated opinions and their adoption"),
            _concentrated(groups, facts),
        ),
        Section("refused", _("4. Why concentrated opinions were not adopted"), _refused(groups)),
        *_experts(page),
    ]


def _participation(page, facts: Mapping) -> list[Block]:
    counted = summary.participation_rows(facts)
    others = list(page.participation.all())
    if not counted and not others:
        return [Notice(_("During the period no comments were received from the public."))]
    period = period_of(page.consultation)
    rows = [Row([row.label, period, row.who, str(row.opinions)]) for row in counted]
    rows += [Row(_other_way(row)) for row in others]
    if len(counted) > 1:
        rows.append(_sum_of_ways(facts))
    columns = [
        Column(_("Way")),
        Column(_("Time")),
        Column(_("People or papers"), is_number=True),
        Column(_("Number of opinions"), is_number=True),
    ]
    table = Table("participation-table", _("How the public took part"), columns, rows)
    return [table, *map(Picture, pictures.of_participation(facts))]


def _other_way(row) -> list[str]:
    return [row.way, row.held_when, _count(row.people), _count(row.opinions)]


def _count(number: int | None) -> str:
    return "—" if number is None else str(number)


def _sum_of_ways(facts: Mapping) -> Row:
    who = summary.who_took_part(facts)
    return Row([_("Sum of this report"), "", who, str(facts["received"])], is_sum=True)


def _results(facts: Mapping) -> list[Block]:
    if not facts["received"]:
        return [Notice(_("During the period no comments were received from the public."))]
    rows = summary.outcome_rows(facts)
    return [
        Paragraph(number_sentence(facts["received"], rows)),
        Figures([(_("Received in all"), facts["received"]), *rows]),
        *map(Picture, pictures.of_results(facts)),
    ]


def _concentrated(groups: list[summary.Group], facts: Mapping) -> list[Block]:
    if not groups:
        return [Notice(_("There were no concentrated opinions."))]
    names = facts.get("article_names", {})
    columns = [
        Column(_("Theme")),
        Column(_("Count"), is_number=True),
        Column(_("Verdict")),
        Column(_("Changed articles")),
    ]
    rows = [
        Row(
            [
                group.title,
                str(group.count),
                str(group.verdict_label),
                summary.names_of(group.changed_articles, names) or "—",
            ],
            anchor=f"group-{place}",
            changed=summary.anchors_of(group.changed_articles, names),
        )
        for place, group in enumerate(groups, start=1)
    ]
    table = Table("concentrated-table", _("Concentrated opinions"), columns, rows)
    return [table, *map(Picture, pictures.of_groups(groups))]


def _refused(groups: list[summary.Group]) -> list[Block]:
    blocks: list[Block] = []
    for group in summary.not_adopted(groups):
        opening, closing = pgettext("verdict", " ("), pgettext("verdict", ")")
        blocks.append(Subheading(f"{group.title}{opening}{group.verdict_label}{closing}"))
        blocks += [Paragraph(line) for line in group.reason.splitlines() if line.strip()]
    return blocks or [Notice(_("No concentrated opinion was left without adoption."))]


def _experts(page) -> list[Section]:
    if not page.expert_opinions:
        return []
    heading = _("5. Adoption of expert opinions")
    return [Section("experts", heading, [_prose(page.expert_opinions)])]


def annex_table(lines: Iterable[annex.Line], names: Mapping[str, str]) -> Table:
    """附件：意见建议收集和采纳情况汇总表, line by line; ``names``: article key → its name."""
    rows = [
        Row(
            annex_cells(line, names),
            anchor=f"opinion-{line.number}",
            changed=summary.anchors_of(line.changed_articles, names),
        )
        for line in lines
    ]
    caption = _("Opinions received and their adoption")
    return Table("annex-table", caption, annex_columns(), rows, ANNEX_WIDTHS)


def annex_columns() -> list[Column]:
    """序号 | 意见来源（渠道）| 意见建议内容 | 采纳情况 | 理由（修改情况） (page outline 5.3)."""
    return [
        Column(_("No.")),
        Column(_("Source of the opinion (way)")),
        Column(_("Content of the opinion")),
        Column(_("Adoption")),
        Column(_("Reason (change made)")),
    ]


def annex_cells(line: annex.Line, names: Mapping[str, str]) -> list[str]:
    return [
        str(line.number),
        str(summary.channel_label(line.channel)),
        line.text,
        str(summary.verdict_label(line.verdict)),
        summary.reason_with_changes(line, names),
    ]
