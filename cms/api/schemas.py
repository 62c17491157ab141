"""What all sections answer with."""

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

MOST = 100
Language = Literal["zh-hans", "en"]


class InLanguage(Schema):
    lang: Language = Field("zh-hans", description="Language of the pages: zh-hans or en")


class Asked(InLanguage):
    """Which part of a list is wanted."""

    limit: int = Field(20, ge=1, le=MOST, description="How many at most")
    after: str = Field("", max_length=200, description="``next_after`` of the answer before")


class PageFacts(Schema):
    """What is known of every page: published, reviewed, open to everyone."""

    id: int = Field(description="Number of the page")
    title: str
    url: str = Field(description="Address of the page")
    language: str
    summary: str
    department: str
    document_number: str
    index_number: str
    published_at: datetime | None
    changed_at: datetime | None


class Download(Schema):
    name: str
    url: str
    kind: str = Field(description="Ending of the file name")
    size: int | None = Field(description="Bytes")


class Link(Schema):
    id: int
    title: str
    url: str


class Problem(Schema):
    where: str = Field(description="Name of the parameter")
    what: str


class Fault(Schema):
    """Every error has this one shape."""

    code: str = Field(description="For programs: not_found, invalid, bad_cursor, …")
    message: str = Field(description="For people")
    problems: list[Problem] = []


class FaultAnswer(Schema):
    error: Fault


FAULTS = {404: FaultAnswer, 422: FaultAnswer}


class Choice(Schema):
    """A value and how people read it."""

    code: str
    label: str


class DayCount(Schema):
    day: date
    count: int
