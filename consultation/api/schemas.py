"""What ``/api/v1/`` says of decisions, consultations and reports."""

from datetime import date, datetime

from ninja import Field, Schema

from cms.api.schemas import MOST, Asked, Choice, DayCount, Download, InLanguage, Link, PageFacts

from ..enums import ConsultationStatus

FIRST_YEAR, LAST_YEAR = 1949, 2200


class AskedByYear(Asked):
    year: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR)


class AskedConsultations(AskedByYear):
    state: ConsultationStatus | None = Field(None, description="Only those in this state now")
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="Year in which the period opens"
    )


class AskedOpinions(InLanguage):
    limit: int = Field(MOST, ge=1, le=MOST, description="How many at most")
    after: int = Field(0, ge=0, le=2**31 - 1, description="Number of the last one read before")


class Consultation(PageFacts):
    draft_name: str
    state: Choice = Field(description="scheduled, open, closed or answered, at this moment")
    days_left: int
    opens_at: datetime | None
    closes_at: datetime | None = Field(description="First moment at which no opinion is taken")
    announced_on: date | None


class ConsultationList(Schema):
    items: list[Consultation]
    next_after: str


class Article(Schema):
    key: str = Field(description="Stays the same from version to version")
    number: int
    label: str
    caption: str
    chapter: str
    lines: list[str] = Field(description="Its paragraphs")
    url: str


class DraftVersion(Schema):
    number: int
    kind: Choice
    title: str
    published_at: datetime
    sha256: str


class Extension(Schema):
    announced_on: date
    closes_at: datetime
    reason: str


class Way(Schema):
    label: str
    value: str


class ConsultationWhole(Consultation):
    received: int = Field(description="Opinions received so far, in every language")
    short_period_reason: str
    extensions: list[Extension]
    ways: list[Way]
    contact_person: str
    attribution: str
    articles: list[Article]
    versions: list[DraftVersion]
    downloads: list[Download]
    form: str = Field(description="Where an opinion can be sent")
    decision: Link | None
    report: Link | None


class Count(Choice):
    count: int


class Report(PageFacts):
    issued_on: date | None = Field(description="Day of the decision")
    due_on: date | None = Field(description="Ten working days after it")
    was_late: bool
    lateness_reason: str
    received: int
    data_sha256: str = Field(description="Over the data of the report")


class ReportList(Schema):
    items: list[Report]
    next_after: str


class Group(Schema):
    title: str
    count: int
    people: int | None
    concentrated: bool
    verdict: Choice
    reason: str
    changed_articles: list[str]


class Withheld(Schema):
    reason: str
    withheld_at: datetime


class Edition(Schema):
    number: int
    published_at: datetime
    data_sha256: str
    page_sha256: str
    correction: str
    withheld: Withheld | None


class ReportWhole(Report):
    withdrawn: int
    verdicts: list[Count]
    ways: list[Count]
    days: list[DayCount] = Field(description="Arrivals by day")
    groups: list[Group]
    editions: list[Edition]
    downloads: list[Download]
    opinions: str = Field(description="Where the opinions are read one by one")
    decision: Link | None
    consultation: Link | None


class Opinion(Schema):
    """A line of the annex: without its author, private numbers masked."""

    number: int
    channel: Choice
    text: str
    article: str
    group: str
    verdict: Choice
    reason: str
    changed_articles: list[str]


class OpinionList(Schema):
    items: list[Opinion]
    next_after: int | None


class Matter(Schema):
    number: int
    name: str
    decision_class: Choice
    department: str
    planned_completion: str
    adjustment: Choice
    decision: Link | None
    consultation: Link | None
    report: Link | None


class Catalogue(PageFacts):
    year: int


class CatalogueList(Schema):
    items: list[Catalogue]
    next_after: str


class CatalogueWhole(Catalogue):
    matters: list[Matter]


class Decision(PageFacts):
    decision_class: Choice
    adjustment: Choice
    planned_completion: str
    issued_on: date | None


class DecisionList(Schema):
    items: list[Decision]
    next_after: str


class Part(Schema):
    code: str
    title: str
    state: Choice
    reason: str


class Step(Schema):
    title: str
    state: str = Field(description="done, current, todo or na")
    day: date | None


class DecisionWhole(Decision):
    decision_title: str
    meeting: str
    parts: list[Part] = Field(description="The ten parts of the dossier")
    course: list[Step]
    consultation: Link | None
    report: Link | None
