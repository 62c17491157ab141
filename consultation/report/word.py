"""The report as a Word file in the form of an official document (GB/T 9704: A4, 版头, 主体, 版记).

Typefaces are named as the standard names them; where one is missing, Word takes its own. Nothing
of a text can become markup: every word goes through python-docx as text.
"""

import re
from tempfile import TemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from docx import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cms.pages.charts import Chart, ColumnChart

from .document import Document, Figures, Prose, Section, Table

SONG, FANGSONG, HEI, KAI = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312"
TITLE_FACE = "方正小标宋简体"
BODY, TITLE, ORGAN, SMALL = Pt(16), Pt(22), Pt(32), Pt(12)  # 三号, 二号, as space allows, 小四
LINE = Pt(28.95)  # 22 lines on the 225 mm of a page
MOST_DAYS_BELOW = 12
RED = RGBColor(0xC0, 0x0A, 0x1A)
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_unprintable = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_of(document: Document) -> IO[bytes]:
    """A .docx on disk, rewound; the caller closes it."""
    file = Docx()
    _set_page(file, document)
    _head(file, document)
    _body(file, document)
    _signature(file, document)
    if document.annex.rows:
        _annex(file, document)
    _imprint(file, document)
    _describe(file, document)
    out = TemporaryFile()  # noqa: SIM115  (closed by who asked for it)
    file.save(out)
    out.seek(0)
    return out


def printable(text: str) -> str:
    """Without what XML cannot hold."""
    return _unprintable.sub("\ufffd", text)


def _set_page(file, document: Document) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    file.settings.odd_and_even_pages_header_footer = True
    normal = file.styles["Normal"]
    normal.font.size = BODY
    _face(normal, FANGSONG)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, None)):
        _page_number(footer.paragraphs[0], align)
    if document.is_preview:
        for header in (section.header, section.even_page_header):
            _add(header, _("Preview, not final"), align=CENTRE, face=HEI, colour=RED)


def _head(file, document: Document) -> None:
    """版头: the body, the number, the red line."""
    _add(file, document.organ, align=CENTRE, size=ORGAN, face=TITLE_FACE, colour=RED, exact=False)
    number = _add(file, document.number, align=CENTRE)
    number.paragraph_format.space_before = BODY
    _rule(number, "C00A1A", 12)
    title = _add(file, document.title, align=CENTRE, size=TITLE, face=TITLE_FACE)
    title.paragraph_format.space_before = title.paragraph_format.space_after = BODY
    if document.edition and document.edition > 1:
        said = _("Edition %(number)s, corrected: %(correction)s")
        told = {"number": document.edition, "correction": document.correction}
        _add(file, said % told, face=KAI, indent=True)
    if document.addressees:
        _add(file, document.addressees + _(":"))


def _body(file, document: Document) -> None:
    _block(file, document.foreword)
    for section in document.sections:
        _section(file, section)
    if document.annex.rows or document.annex_is_apart:
        named = _add(file, document.annex_note, indent=True)
        named.paragraph_format.space_before = LINE


def _section(file, section: Section) -> None:
    _add(file, section.heading, face=HEI, indent=True, level=1)
    for block in section.blocks:
        _block(file, block)


def _block(file, block) -> None:
    if isinstance(block, Table):
        _table(file, block)
    elif isinstance(block, Figures):
        _numbers(file, block)
    elif isinstance(block, Prose):
        for line in block.lines:
            _block(file, line)
    elif block.kind == "picture":
        _chart(file, block.chart)
    elif block.kind == "subheading":
        _add(file, block.text, face=KAI, indent=True, level=2)
    else:
        _add(file, block.text, indent=True)


def _numbers(file, block: Figures) -> None:
    _grid(file, [_("Item"), _("Count")], [[name, str(count)] for name, count in block.rows], {1})


def _chart(file, chart: Chart) -> None:
    """A picture's numbers; many short ones, such as days, three beside each other."""
    _caption(file, chart.title)
    rows = [[_named(bar.label, bar.note), bar.number] for bar in chart.bars]
    abreast = 3 if isinstance(chart, ColumnChart) and len(rows) > MOST_DAYS_BELOW else 1
    headings = [chart.heading, chart.unit] * abreast
    _grid(file, headings, _abreast(rows, abreast), set(range(1, 2 * abreast, 2)))


def _abreast(rows: list[list[str]], count: int) -> list[list[str]]:
    """The rows in ``count`` columns, each read downwards."""
    height = -(-len(rows) // count)
    filled = rows + [["", ""]] * (height * count - len(rows))
    return [
        [cell for place in range(count) for cell in filled[place * height + line]]
        for line in range(height)
    ]


def _named(label: str, note: str) -> str:
    return label + _(" (%(note)s)") % {"note": note} if note else label


def _table(file, table: Table) -> None:
    _caption(file, table.caption)
    numeric = {place for place, column in enumerate(table.columns) if column.is_number}
    _grid(
        file,
        [column.label for column in table.columns],
        [row.cells for row in table.rows],
        numeric,
        widths=table.widths,
    )


def _caption(file, text: str) -> None:
    caption = _add(file, text, align=CENTRE, size=SMALL, face=HEI)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(8)


def _grid(file, headings, rows, numeric: set[int], widths=None) -> None:
    """A table with lines, its heading repeated on every page."""
    table = file.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.autofit = False
    share = widths or [1] * len(headings)
    lengths = [Mm(156 * part / sum(share)) for part in share]
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = length
    _fill(table.rows[0], headings, set(), lengths, face=HEI)
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for cells in rows:
        _fill(table.add_row(), cells, numeric, lengths)
    file.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _fill(row, cells, numeric: set[int], lengths, face: str = FANGSONG) -> None:
    for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = lengths[place]
        paragraph = cell.paragraphs[0]
        _loose(paragraph)
        if place in numeric:
            paragraph.alignment = RIGHT
        _run(paragraph, text, size=SMALL, face=face)


def _signature(file, document: Document) -> None:
    """落款: who and when, and under it what may be done with the paper (附注)."""
    unit = _add(file, document.unit, align=RIGHT)
    unit.paragraph_format.space_before = LINE * 2
    for paragraph in (unit, _add(file, document.signed, align=RIGHT)):
        paragraph.paragraph_format.right_indent = BODY * 4
        paragraph.paragraph_format.keep_together = True
    if document.mark:
        _add(file, document.mark, indent=True)


def _annex(file, document: Document) -> None:
    file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _add(file, _("Annex"), face=HEI, level=1)
    _add(file, document.annex_name, align=CENTRE, size=TITLE, face=TITLE_FACE)
    _table(file, document.annex)


def _imprint(file, document: Document) -> None:
    """版记: thick lines above and below, a thin one between."""
    imprint = document.imprint
    if imprint.is_empty:
        return
    rows = [_("Copies to: %(names)s") % {"names": imprint.copied_to}] if imprint.copied_to else []
    rows.append(f"{imprint.printed_by}　　{imprint.printing}".strip("　"))
    for place, text in enumerate(rows):
        line = _add(file, text, size=Pt(14))
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        if place == 0:
            line.paragraph_format.space_before = LINE
            _rule(line, "000000", 8, "top")
        _rule(line, "000000", 8 if place == len(rows) - 1 else 4)


def _describe(file, document: Document) -> None:
    about = file.core_properties
    about.title, about.author = printable(document.title)[:255], printable(document.organ)[:255]
    about.comments, about.language = "", document.language


def _add(parent, text: str, *, align=None, indent=False, level=0, exact=True, **look):
    paragraph = parent.paragraphs[0] if _is_empty_header(parent) else parent.add_paragraph()
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = BODY * 2
    if level:
        _set_level(paragraph, level)
    if not exact:
        _loose(paragraph)
    _run(paragraph, text, **look)
    return paragraph


def _is_empty_header(parent) -> bool:
    return hasattr(parent, "is_linked_to_previous") and not parent.paragraphs[0].text


def _run(paragraph, text: str, *, size=BODY, face: str = FANGSONG, colour=None) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size = size
    if colour is not None:
        run.font.color.rgb = colour
    _face(run, face)


def _face(styled, face: str) -> None:
    """Latin letters and digits in the same face; East Asian text needs its own attribute."""
    styled.font.name = "Times New Roman"
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _loose(paragraph) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _set_level(paragraph, level: int) -> None:
    """So that a reader of the file finds its headings."""
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(outline)
    paragraph.paragraph_format.keep_with_next = True


def _rule(paragraph, colour: str, eighths: int, side: str = "bottom") -> None:
    """A line above or below; ``eighths`` of a point."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    line = OxmlElement(f"w:{side}")
    for name, value in (
        ("val", "single"),
        ("sz", str(eighths)),
        ("space", "4"),
        ("color", colour),
    ):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _page_number(paragraph, align) -> None:
    """— 1 — at the outer foot of the page, in 四号."""
    paragraph.alignment = align
    for text in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if text == "PAGE" else text)
        run.font.size = Pt(14)
        _face(run, SONG)
        if text == "PAGE":
            _set_field(run, text)


def _set_field(run, instruction: str) -> None:
    """What Word computes when it shows the page."""
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)
