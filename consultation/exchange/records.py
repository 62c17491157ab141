"""The lines of an exchange file and their shapes. Pure; the JSON Schema is made from here.

A file is UTF-8 text, one JSON object a line, in this order: ``exchange``, ``decision``,
``consultation``, each ``version``, each ``group``, each ``opinion``, each ``file``, ``end``. The
contents of files stand beside it in the package, each under its SHA-256.
"""

import json
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic import model_validator as checks

from ..enums import NEEDS_REASON, Adjustment, Channel, DecisionClass, DraftKind, Identity, Verdict
from ..rules import LONGEST_OPINION

FORMAT = "jianyan-consultation/2"
LARGEST_FILE = 50 * 1024 * 1024
LONGEST_TEXT = 1_000_000
LONGEST_KEY = 100


def storable(text: str) -> str:
    """No database holds NUL, and no encoding half a character. Raises ValueError."""
    if "\x00" in text:
        raise ValueError("holds a character that cannot be stored")
    text.encode()
    return text


Text = Annotated[str, AfterValidator(storable)]
Words = Annotated[Text, Field(max_length=255)]
Long = Annotated[Text, Field(max_length=LONGEST_TEXT)]
Key = Annotated[Text, Field(min_length=1, max_length=LONGEST_KEY)]
Said = Annotated[Text, Field(max_length=LONGEST_OPINION)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Head(Record):
    """The first line: what this is, from whom, and whether it holds contact data."""

    type: Literal["exchange"] = "exchange"
    format: Literal["jianyan-consultation/1", "jianyan-consultation/2"] = FORMAT
    site: Words
    made_at: AwareDatetime
    contacts: bool = Field(description="Whether names and contacts of authors are in it")
    left_out: Count = Field(description="Pictures and files that are not in it")


class BodyPart(Record):
    """A passage of prose; ``text`` is HTML for a text, plain otherwise."""

    key: UUID
    kind: Literal["heading", "text", "quote"]
    text: Long


class DraftPart(Record):
    """A chapter (only its caption) or an article of the draft, under the key it keeps."""

    key: UUID
    kind: Literal["chapter", "article"]
    caption: Words
    text: Long = Field(description="HTML of an article; empty for a chapter")


class Decision(Record):
    type: Literal["decision"] = "decision"
    title: Annotated[Text, Field(min_length=1, max_length=255)]
    decision_class: DecisionClass
    adjustment: Adjustment
    planned_completion: Annotated[Text, Field(max_length=50)]
    document_number: Annotated[Text, Field(max_length=50)]
    meeting: Annotated[Text, Field(max_length=100)]
    issued_on: date | None
    decision_title: Words
    text: list[DraftPart]


class Extension(Record):
    announced_on: date
    closes_at: AwareDatetime
    reason: Long


class Threshold(Record):
    """From when on opinions are concentrated."""

    count: Annotated[int, Field(ge=1, le=32_767)]
    percent: Annotated[int, Field(ge=1, le=100)]
    people: Annotated[int, Field(ge=1, le=32_767)]


class Contact(Record):
    """Of the office that asks."""

    person: Annotated[Text, Field(max_length=50)]
    phone: Annotated[Text, Field(max_length=50)]
    address: Annotated[Text, Field(max_length=200)]
    postcode: Annotated[Text, Field(max_length=10)]
    email: Annotated[Text, Field(max_length=254)]


class Consultation(Record):
    type: Literal["consultation"] = "consultation"
    title: Annotated[Text, Field(min_length=1, max_length=255)]
    draft_name: Annotated[Text, Field(min_length=1, max_length=200)]
    summary: Long
    department: Words
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    announced_on: date | None = Field(description="Day it was first put before the public")
    short_period_reason: Long
    extensions: list[Extension]
    attribution: Long
    contact: Contact
    concentrated: Threshold
    draft: list[DraftPart]
    explanation: list[BodyPart]
    interpretation: list[BodyPart]
    background: list[BodyPart]
    activities: list[BodyPart]

    @checks(mode="after")
    def period_runs_forward(self):
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("closes_at is not after opens_at")
        return self


class Version(Record):
    """The articles as they were public at one time."""

    type: Literal["version"] = "version"
    number: Annotated[int, Field(ge=1, le=32_767)]
    kind: DraftKind
    title: Words
    published_at: AwareDatetime
    articles: list[dict[str, Any]]
    sha256: Sha256


class Judged(Record):
    """What became of it."""

    verdict: Verdict
    reason: Long
    changed_articles: list[Annotated[Text, Field(max_length=LONGEST_KEY)]]
    decided_at: AwareDatetime | None


class Group(Judged):
    """Opinions that say the same; known by its title."""

    type: Literal["group"] = "group"
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    phrases: list[Text]


class Addition(Record):
    text: Said
    added_at: AwareDatetime


class Author(Record):
    """Only in a file made with contact data."""

    name: Annotated[Text, Field(max_length=100)]
    contact: Annotated[Text, Field(max_length=254)]


class Opinion(Judged):
    type: Literal["opinion"] = "opinion"
    key: Key = Field(description="The same in every file: by it no opinion is taken twice")
    part_of: Key | None = Field(description="Key of the whole that this is a point of")
    part_number: Annotated[int, Field(ge=1, le=32_767)] | None
    person: UUID = Field(description="Tells one author from another; says nothing of who it is")
    channel: Channel
    received_at: AwareDatetime
    withdrawn_at: AwareDatetime | None
    language: Literal["zh-hans", "en"]
    identity: Identity | Literal[""]
    text: Annotated[Said, Field(min_length=1)]
    reasons: Said
    additions: list[Addition]
    article_key: Annotated[Text, Field(max_length=36)]
    article_label: Annotated[Text, Field(max_length=150)]
    version: int | None = Field(description="Number of the version it was written for")
    group: Annotated[Text, Field(max_length=200)] | None = Field(description="Title of its group")
    author: Author | None = None

    @checks(mode="after")
    def verdict_is_whole(self):
        if self.verdict in NEEDS_REASON and not self.reason:
            raise ValueError("this verdict needs its reason")
        if self.verdict != Verdict.PENDING and self.decided_at is None:
            raise ValueError("decided_at is missing")
        return self

    @checks(mode="after")
    def part_has_its_number(self):
        if (self.part_of is None) != (self.part_number is None):
            raise ValueError("part_of and part_number go together")
        if self.part_of is not None and self.verdict == Verdict.SPLIT:
            raise ValueError("a point is not divided again")
        return self


class File(Record):
    """A file that belongs to the notice or to an opinion; its content is in the package."""

    type: Literal["file"] = "file"
    place: Literal["draft", "attachment", "opinion"]
    opinion: Key | None = Field(description="Key of the opinion that it was sent with")
    name: Annotated[Text, Field(min_length=1, max_length=120)]
    title: Words
    size: Annotated[int, Field(ge=1, le=LARGEST_FILE)]
    sha256: Sha256 = Field(description="Its content is ``files/`` and this in the package")

    @checks(mode="after")
    def belongs_somewhere(self):
        if (self.place == "opinion") != (self.opinion is not None):
            raise ValueError("opinion is for the files of opinions")
        return self


class Totals(Record):
    versions: Count
    groups: Count
    opinions: Count
    files: Count = 0


class End(Record):
    """The last line: without it a file is cut off."""

    type: Literal["end"] = "end"
    totals: Totals
    sha256: Sha256 = Field(description="Over all lines before this one, with their line ends")


AnyRecord = Head | Decision | Consultation | Version | Group | Opinion | File | End
Line = Annotated[AnyRecord, Field(discriminator="type")]
ORDER = (Head, Decision, Consultation, Version, Group, Opinion, File, End)
reader = TypeAdapter(Line)


def line_of(record: Record) -> bytes:
    """One line of a file, byte for byte the same for the same record."""
    data = record.model_dump(mode="json")
    return (json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n").encode()


def schema() -> dict:
    """JSON Schema of a line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "description": "One line of an exchange file.",
        **reader.json_schema(),
    }
