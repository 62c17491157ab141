"""What the columns of a file mean, and every fault of every row (rulebook C12). Pure.

A file is imported whole or not at all: ``check_rows`` names all that is wrong at once, so that
it can be mended in one go.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cms.intake.rules import ContactInvalid, normalised_contact

from ..enums import Channel, Identity
from ..rules import LONGEST_OPINION, SHANGHAI, chinese_number
from .sheets import Cell, Row, Sheet

LONGEST_NAME = 100
LONGEST_CONTACT = 254
LONGEST_KEY = 100
SHOWN_OF_A_VALUE = 80
EARLIEST_YEAR = 1990

# Of two columns that would do, the one named first is taken.
HEADINGS = {
    "text": (
        "意见内容",
        "意见建议",
        "意见建议内容",
        "意见和建议",
        "意见",
        "建议",
        "内容",
        "留言内容",
        "诉求内容",
        "text",
        "opinion",
        "comment",
        "comment-body",
        "body",
        "content",
    ),
    "received_at": (
        "收到时间",
        "收到日期",
        "接收时间",
        "来信时间",
        "来电时间",
        "提交时间",
        "留言时间",
        "时间",
        "日期",
        "received_at",
        "received",
        "received_on",
        "timestamp",
        "datetime",
        "submitted_at",
        "created_at",
        "date",
        "time",
    ),
    "channel": ("渠道", "意见来源", "来源渠道", "方式", "征集方式", "channel", "way"),
    "article": ("条款", "针对条款", "意见针对的条款", "条文", "article_key", "article", "clause"),
    "author": (
        "姓名",
        "姓名或单位名称",
        "单位名称",
        "建议人",
        "来信人",
        "联系人",
        "author",
        "name",
    ),
    "contact": (
        "联系方式",
        "联系电话",
        "电话",
        "手机",
        "手机号",
        "邮箱",
        "电子邮箱",
        "contact",
        "phone",
        "mobile",
        "email",
    ),
    "external_key": (
        "编号",
        "意见编号",
        "序号",
        "工单编号",
        "key",
        "id",
        "comment-id",
        "no",
        "number",
    ),
    "identity": ("身份", "身份类型", "identity"),
    "reasons": ("理由", "原因", "reasons", "reason"),
}
FIELDS = tuple(HEADINGS)
REQUIRED = ("text", "received_at")

CHANNELS = {
    Channel.WEB: ("web", "web message", "网上留言", "网上", "网络", "网站", "线上", "微信"),
    Channel.LETTER: ("letter", "信函", "来信", "信件", "书面", "书面征求意见"),
    Channel.EMAIL: ("email", "e-mail", "mail", "电子邮件", "邮件", "电子邮箱", "邮箱"),
    Channel.PHONE: ("phone", "telephone", "电话", "来电", "热线", "12345"),
    Channel.COUNTER: ("counter", "in person", "现场", "当面", "来访", "窗口", "上门"),
    Channel.SYMPOSIUM: ("symposium", "座谈会", "座谈"),
    Channel.HEARING: ("hearing", "听证会", "听证"),
    Channel.VISIT: ("visit", "field visit", "实地走访", "走访", "调研"),
    Channel.SURVEY: ("survey", "questionnaire", "问卷", "问卷调查", "调查问卷", "民意调查"),
}
IDENTITIES = {
    Identity.RESIDENT: ("resident", "居民", "市民", "村民", "个人"),
    Identity.ENTERPRISE: ("enterprise", "企业", "公司"),
    Identity.SOCIAL_ORGANISATION: ("social_organisation", "social organisation", "社会组织"),
    Identity.TRADE_ASSOCIATION: ("trade_association", "trade association", "行业协会", "商会"),
    Identity.OTHER: ("other", "其他", "其它"),
}
WHOLE_DRAFT = frozenset({"", "-", "/", "无", "全文", "全部", "整体", "whole draft", "all"})

_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ T]*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?(?::?(\d{1,2})(?:\.\d+)?\s*秒?)?)?)?"
)
_ARTICLE_NUMBER = re.compile(
    r"第?\s*([0-9]+|[一二三四五六七八九十百零]+)\s*条|article\s*(\d+)|(\d+)$"
)


class CellFault(Exception):
    """One cell cannot be taken. ``about`` is a number that the message needs, if any."""

    def __init__(self, code: str, about: int = 0):
        super().__init__(code)
        self.code = code
        self.about = about


@dataclass(frozen=True)
class Fault:
    """What is wrong where: line and column of the file, the value as it stands, and the code."""

    line: int
    column: str
    value: str
    code: str
    about: int = 0


@dataclass(frozen=True)
class Place:
    """An article of the draft that an opinion may be about."""

    key: str
    number: int
    label: str


@dataclass(frozen=True)
class Entry:
    """One opinion as the file has it; ``author`` and ``contact`` belong on a receipt."""

    line: int
    text: str
    received_at: datetime
    channel: str
    reasons: str = ""
    identity: str = ""
    article_key: str = ""
    article_label: str = ""
    author: str = ""
    contact: str = ""
    external_key: str = ""


@dataclass(frozen=True)
class Checked:
    """Import only when ``faults`` is empty; ``entries`` are the rows without fault."""

    entries: list[Entry]
    faults: list[Fault]


def guess_mapping(headings: Iterable[str]) -> dict[str, int]:
    """Field name → number of its column, from 0, for the headings that are understood."""
    known: dict[str, int] = {}
    for column, heading in enumerate(headings):
        known.setdefault(_heading(heading), column)
    return {
        name: next(known[_heading(alias)] for alias in aliases if _heading(alias) in known)
        for name, aliases in HEADINGS.items()
        if any(_heading(alias) in known for alias in aliases)
    }


def check_rows(
    sheet: Sheet,
    mapping: Mapping[str, int],
    *,
    channel: str,
    at: datetime,
    places: Collection[Place] = (),
    known_keys: Collection[str] = frozenset(),
    received_at: datetime | None = None,
) -> Checked:
    """Every row read by the mapping, and every fault of every row.

    ``channel`` is the way of the rows that name none; ``at`` the moment after which nothing can
    have been received; ``known_keys`` the numbers that were imported before; ``received_at`` the
    moment of receipt where the file has no column for it.
    """
    missing = mapping_faults(sheet, mapping, received_at)
    if missing:
        return Checked([], missing)
    reading = Reading(sheet, dict(mapping), channel, at, places, known_keys, received_at)
    entries = [entry for row in sheet.rows if (entry := reading.entry(row))]
    return Checked(entries, reading.faults)


def mapping_faults(
    sheet: Sheet, mapping: Mapping[str, int], received_at: datetime | None = None
) -> list[Fault]:
    """What is wrong with the choice of columns, before any row is read."""
    given = {*mapping, *(("received_at",) if received_at else ())}
    missing = [Fault(0, "", "", f"no_{name}") for name in REQUIRED if name not in given]
    return missing + _doubled(sheet.headings, mapping)


def _doubled(headings: list[str], mapping: Mapping[str, int]) -> list[Fault]:
    columns = list(mapping.values())
    return [
        Fault(0, headings[column], "", "column_twice")
        for column in sorted(set(columns))
        if columns.count(column) > 1
    ]


@dataclass
class Reading:
    """Reads row after row; remembers the numbers it has met and the faults it has found."""

    sheet: Sheet
    mapping: dict[str, int]
    channel: str
    at: datetime
    places: Collection[Place]
    known_keys: Collection[str]
    received_at: datetime | None = None
    faults: list[Fault] = field(default_factory=list)
    lines_by_key: dict[str, int] = field(default_factory=dict)

    def entry(self, row: Row) -> Entry | None:
        before = len(self.faults)
        if any(str(cell).strip() for cell in row.cells[len(self.sheet.headings) :]):
            self.faults.append(Fault(row.line, "", "", "too_many_cells"))
        values: dict = {"channel": self.channel, "received_at": self.received_at}
        for name, column in self.mapping.items():
            cell = row.cells[column] if column < len(row.cells) else ""
            try:
                values |= self._read(name, cell, row.line)
            except CellFault as fault:
                self._note(row.line, column, cell, fault)
        return None if len(self.faults) > before else Entry(line=row.line, **values)

    def _note(self, line: int, column: int, cell: Cell, fault: CellFault) -> None:
        shown = str(cell).replace("\x00", "␀").strip()
        if len(shown) > SHOWN_OF_A_VALUE:
            shown = shown[:SHOWN_OF_A_VALUE] + "…"
        heading = self.sheet.headings[column] if column < len(self.sheet.headings) else ""
        self.faults.append(Fault(line, heading, shown, fault.code, fault.about))

    def _read(self, name: str, cell: Cell, line: int) -> dict:
        if name == "received_at":
            return {name: read_moment(cell, self.at)}
        text = _text(cell)
        if name == "article":
            return _place(text, self.places)
        if name == "external_key":
            return {name: self._key(text, line)}
        if name == "channel":
            return {name: one_of(text, CHANNELS, "channel") or self.channel}
        return {name: READERS[name](text)}

    def _key(self, text: str, line: int) -> str:
        key = _at_most(text, LONGEST_KEY)
        if not key:
            return ""
        if key in self.known_keys:
            raise CellFault("imported_before")
        if key in self.lines_by_key:
            raise CellFault("same_number", self.lines_by_key[key])
        self.lines_by_key[key] = line
        return key


def read_moment(cell: Cell, at: datetime) -> datetime:
    """When it was received: a date cell, ISO, 2026-11-01 09:30, 2026/11/1, 2026年11月1日 9时30分,
    or a count of seconds or milliseconds. Without a zone it is Shanghai's clock; a day without
    an hour begins at midnight. Raises CellFault ``no_date``, ``bad_date`` or ``future``.
    """
    moment = cell if isinstance(cell, datetime) else _moment_of(_text(cell))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    if moment.year < EARLIEST_YEAR:
        raise CellFault("bad_date")
    if moment > at:
        raise CellFault("future")
    return moment


def _moment_of(text: str) -> datetime:
    text = unicodedata.normalize("NFKC", text)
    if not text:
        raise CellFault("no_date")
    try:
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
        if found := _MOMENT.fullmatch(text):
            return datetime(*(int(part or 0) for part in found.groups()))  # noqa: DTZ001
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise CellFault("bad_date") from error


def one_of(text: str, names: Mapping[str, Iterable[str]], code: str) -> str:
    """The value one of whose names this is; "" for no text. Raises CellFault with the code."""
    wanted = _plain(text)
    if not wanted:
        return ""
    for value, aliases in names.items():
        if wanted == value or wanted in aliases:
            return str(value)
    raise CellFault(code)


def _place(text: str, places: Collection[Place]) -> dict:
    wanted = _plain(text)
    if wanted in WHOLE_DRAFT:
        return {}
    found = _ARTICLE_NUMBER.match(wanted)
    number = next((part for part in found.groups() if part), "") if found else ""
    for place in places:
        names = {str(place.number), chinese_number(place.number)}
        if number in names or wanted in (place.key, _plain(place.label)):
            return {"article_key": place.key, "article_label": place.label}
    raise CellFault("article")


def _opinion(text: str) -> str:
    if not text:
        raise CellFault("no_text")
    return _at_most(text, LONGEST_OPINION)


def read_contact(text: str) -> str:
    """One spelling for mobile numbers and e-mail addresses; a letter's sender may have another
    way, such as a telephone in the house, which is kept as it was given."""
    text = _at_most(text, LONGEST_CONTACT)
    try:
        return normalised_contact(text)
    except ContactInvalid as error:
        if "@" in text:
            raise CellFault("contact") from error
        return text


READERS = {
    "text": _opinion,
    "reasons": lambda text: _at_most(text, LONGEST_OPINION),
    "identity": lambda text: one_of(text, IDENTITIES, "identity"),
    "author": lambda text: _at_most(text, LONGEST_NAME),
    "contact": read_contact,
}


def _text(cell: Cell) -> str:
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\x00" in text:
        raise CellFault("nul")
    return text


def _at_most(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellFault("too_long", limit)
    return text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _heading(text: str) -> str:
    """Compared without what stands in brackets: 姓名（选填） is 姓名."""
    return re.sub(r"\(.*?\)|[\s_\-:*]", "", _plain(text))
