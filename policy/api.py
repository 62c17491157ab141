"""Policy documents for programs: ``/api/v1/policies/``."""

from datetime import date

from ninja import Field, Query, Schema

from cms.api.pages import a_part, address_of, downloads, one_page, page_facts, public_pages
from cms.api.registry import section
from cms.api.schemas import FAULTS, Asked, Download, InLanguage, PageFacts

from .models import PolicyDocumentPage

router = section("policies")


class AskedPolicies(Asked):
    year: int | None = Field(None, ge=1949, le=2200, description="Year in which it was made")


class Policy(PageFacts):
    made_on: date | None
    topic: str
    genre: str
    validity: str


class PolicyList(Schema):
    items: list[Policy]
    next_after: str


class Passage(Schema):
    kind: str = Field(description="part, clause, text or closing")
    number: str = Field(description="As the document prints it; only clauses have one")
    text: str
    url: str = Field(description="Address of the clause itself; empty for plain text")


class PolicyWhole(Policy):
    addressees: str
    passages: list[Passage]
    downloads: list[Download]


@router.get("/", response={200: PolicyList, **FAULTS}, operation_id="policies")
def list_policies(request, asked: Query[AskedPolicies]):
    """Official documents, the newest first."""
    pages = public_pages(PolicyDocumentPage).defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(made_on__year=asked.year)
    found, end = a_part(pages, asked)
    return {"items": [_facts(page, request) for page in found], "next_after": end}


@router.get("/{int:id}/", response={200: PolicyWhole, **FAULTS}, operation_id="policy")
def one_policy(request, id: int, asked: Query[InLanguage]):
    """One document, passage by passage."""
    page = one_page(public_pages(PolicyDocumentPage), id)
    address = address_of(page, request)
    return {
        **_facts(page, request),
        "addressees": page.addressees,
        "passages": [
            {**passage, "url": f"{address}#{anchor}" if anchor else ""}
            for anchor, passage in page.passages()
        ],
        "downloads": downloads(page.files()),
    }


def _facts(page: PolicyDocumentPage, request) -> dict:
    return {
        **page_facts(page, request),
        "made_on": page.made_on,
        "topic": page.topic,
        "genre": page.genre,
        "validity": page.validity,
    }
