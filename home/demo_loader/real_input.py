"""Real documents and comments, read from the folder JIANYAN_DATA names; never part of the site."""

import csv
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils.html import escape
from wagtail.models import Locale

from cms.accounts.models import Department
from consultation.actions.imports import check_file, import_batch
from consultation.enums import Channel
from consultation.models import ConsultationPage, DecisionCataloguePage, DecisionPage
from consultation.rules import SHANGHAI
from policy.models import PolicyDocumentPage, PolicyIndexPage

from .gate import Gate
from .source import paragraphs

WORK_PLAN = "work-plan-2023.md"
COMMENTS = "vtaiwan-uberx-comments.csv"
ATTRIBUTION = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed "
    "under CC BY 4.0 with Attribution to The Computational Democracy Project; "
    "https://github.com/compdemocracy/openData"
)

_part = re.compile(r"^[一二三四五六七八九十]+、")
_clause = re.compile(r"^(\d+)\s*[、.．]\s*(.+)$", re.DOTALL)
_ends = ("。", "：", "；", "！", "？", "”", ")", "）")


def load_policies(gate: Gate, home, departments: dict[str, Department]) -> PolicyIndexPage:
    index = PolicyIndexPage(
        title="政策文件",
        slug="policies",
        show_in_menus=True,
        search_description="镇政府文件和政策",
        department=departments["office"],
    )
    return gate.add(home, index)


def load_work_plan(gate: Gate, index, folder: Path) -> PolicyDocumentPage | None:
    """The 2023 work plan, whole, with its numbered clauses."""
    file = folder / WORK_PLAN
    if not file.exists():
        return None
    text = file.read_text(encoding="utf-8")
    page = PolicyDocumentPage(
        title="上海市宝山区淞南镇人民政府关于印发《2023年淞南镇政务公开工作计划》的通知",
        slug="work-plan-2023",
        summary="2023年淞南镇政务公开工作计划全文。",
        document_number=re.search(r"^(\S+〔\d{4}〕\d+号)$", text, re.MULTILINE).group(1),
        made_on=date(2023, 7, 3),
        content_source="上海市宝山区淞南镇人民政府",
        topic="政务公开",
        genre="通知",
        addressees="机关各部门、镇属各企事业单位、各居民区",
    )
    shown = (
        f"{page.content_source}文件",
        page.document_number,
        page.title,
        f"{page.addressees}：",
    )
    page.body = official_text(text, shown_by_page=shown)
    return gate.add(index, page)


def official_text(markdown: str, shown_by_page: tuple[str, ...]) -> list[tuple[str, object]]:
    """The document as blocks, without the lines at its head that the page prints itself.

    A paragraph cut by a page break of the original is joined again.
    """
    blocks: list[tuple[str, object]] = []
    head = {"".join(line.split()) for line in shown_by_page}
    for paragraph in _joined(_paragraphs(markdown)):
        plain = paragraph.lstrip("# ").replace("**", "").strip()
        if "".join(plain.split()) not in head:
            blocks.append(_block(plain, is_heading=paragraph.startswith("#")))
    return blocks


def _block(plain: str, *, is_heading: bool) -> tuple[str, object]:
    clause = _clause.match(plain)
    if is_heading and _part.match(plain):
        return ("part", plain)
    if clause:
        return ("clause", {"number": clause.group(1), "text": f"<p>{escape(clause.group(2))}</p>"})
    if is_heading:
        return ("text", f"<p><b>{escape(plain)}</b></p>")
    lines = "<br/>".join(escape(line.strip()) for line in plain.split("\n"))
    return ("text", f"<p>{lines}</p>")


def _paragraphs(markdown: str) -> list[str]:
    found = re.split(r"\n\s*\n", markdown)
    return [paragraph.strip() for paragraph in found if paragraph.strip()]


def _joined(found: list[str]) -> list[str]:
    joined: list[str] = []
    for paragraph in found:
        before = joined[-1] if joined else ""
        if _clause.match(before) and not before.endswith(_ends):
            joined[-1] = before + paragraph
        else:
            joined.append(paragraph)
    return joined


def load_comments(
    gate: Gate, index, folder: Path, departments: dict[str, Department], clerk, at: datetime
):
    """A closed consultation for real comments of another place, under its own year."""
    file = folder / COMMENTS
    if not file.exists():
        return None
    first, last = _span(file)
    catalogue = gate.add(
        index,
        DecisionCataloguePage(
            title=f"{first.year}年外部征集数据（真实数据，供导入和研究）",
            slug=str(first.year),
            year=first.year,
            introduction=[
                (
                    "text",
                    paragraphs(
                        ["本年度目录只收录从其他地方导入的真实征集数据，不是淞南镇的决策事项。"]
                    ),
                )
            ],
        ),
    )
    decision = gate.add(
        catalogue,
        DecisionPage(
            title="UberX 议题（vTaiwan 2015年真实意见，非本镇决策事项）",
            slug="vtaiwan-uberx",
            decision_class="other",
            department=departments["office"],
        ),
    )
    consultation = gate.add(decision, _comments_page(first, last, departments["office"]))
    batch = check_file(
        consultation,
        content=file.read_bytes(),
        file_name=file.name,
        channel=Channel.WEB,
        source=ATTRIBUTION[:255],
        by=clerk,
        at=at,
    )
    import_batch(batch, by=clerk, at=at)
    return consultation


def _comments_page(first: datetime, last: datetime, office: Department) -> ConsultationPage:
    said = (
        "本页收录 vTaiwan 于2015年就 UberX 议题征集的真实意见（繁体中文），由本系统的导入工具"
        "导入，供研究和测试使用。原征集围绕一个议题展开，没有逐条的草案，因此这里只有本条说明。"
    )
    return ConsultationPage(
        title="vTaiwan 2015年 UberX 议题意见（真实数据）",
        slug="consultation",
        locale=Locale.get_default(),
        draft_name="UberX 议题（vTaiwan，2015年）",
        department=office,
        opens_at=first.replace(hour=0, minute=0, second=0, microsecond=0),
        closes_at=last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1),
        announced_on=first.date(),
        draft=[("article", {"caption": "说明", "text": f"<p>{said}</p>"})],
        explanation=[("text", f"<p>{said}</p>")],
        contact_person="示例联系人",
        contact_phone=office.phone,
        attribution=ATTRIBUTION,
    )


def _span(file: Path) -> tuple[datetime, datetime]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        moments = [int(row["timestamp"]) / 1000 for row in csv.DictReader(opened)]
    return (
        datetime.fromtimestamp(min(moments), SHANGHAI),
        datetime.fromtimestamp(max(moments), SHANGHAI),
    )
