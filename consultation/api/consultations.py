from ninja import Query

from cms.api.pages import (
    a_part,
    address_of,
    downloads,
    link_to,
    local,
    one_page,
    page_facts,
    public_pages,
)
from cms.api.registry import section
from cms.api.schemas import FAULTS, InLanguage

from .. import rules
from ..articles import Chapter
from ..enums import DraftKind
from ..models import ConsultationPage
from ..queries import REPORT_SLUG, in_state, public_decision_above, public_sibling, with_answered
from ..versions import frozen_article
from . import schemas
from .words import choice

router = section("consultations")


@router.get("/", response={200: schemas.ConsultationList, **FAULTS}, operation_id="consultations")
def list_consultations(request, asked: Query[schemas.AskedConsultations]):
    """Consultations, the newest first."""
    pages = with_answered(public_pages(ConsultationPage)).defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(opens_at__year=asked.year)
    if asked.state is not None:
        pages = in_state(pages, asked.state, request.arrived_at)
    found, end = a_part(pages, asked)
    return {"items": [_facts(page, request) for page in found], "next_after": end}


@router.get(
    "/{int:id}/", response={200: schemas.ConsultationWhole, **FAULTS}, operation_id="consultation"
)
def one_consultation(request, id: int, asked: Query[InLanguage]):
    """One consultation: its period, its draft article by article, its files."""
    page = one_page(with_answered(public_pages(ConsultationPage)), id)
    address = address_of(page, request)
    return {
        **_facts(page, request),
        "received": page.received_so_far,
        "short_period_reason": page.short_period_reason,
        "extensions": [_extension(extension) for extension in page.extensions.all()],
        "ways": [{"label": str(way["label"]), "value": way["value"]} for way in page.ways()],
        "contact_person": page.contact_person,
        "attribution": page.attribution,
        "articles": list(_articles(page, address)),
        "versions": [_version(version) for version in page.original.versions.defer("articles")],
        "downloads": downloads(page.files()),
        "form": f"{address}opinion/",
        "decision": link_to(public_decision_above(page), request),
        "report": link_to(public_sibling(page, REPORT_SLUG), request),
    }


def _facts(page: ConsultationPage, request) -> dict:
    at = request.arrived_at
    state = rules.status_of(page.opens_at, page.closes_at, page.answered, at)
    return {
        **page_facts(page, request),
        "draft_name": page.draft_name,
        "state": choice(state),
        "days_left": page.days_left(at),
        "opens_at": local(page.opens_at),
        "closes_at": local(page.closes_at),
        "announced_on": page.announced_on,
    }


def _articles(page: ConsultationPage, address: str):
    chapter = ""
    for part in page.draft_parts():
        if isinstance(part, Chapter):
            chapter = part.label
        else:
            yield {**frozen_article(part, chapter), "url": f"{address}#{part.anchor}"}


def _extension(extension) -> dict:
    return {
        "announced_on": extension.announced_on,
        "closes_at": local(extension.closes_at),
        "reason": extension.reason,
    }


def _version(version) -> dict:
    return {
        "number": version.number,
        "kind": choice(DraftKind(version.kind)),
        "title": version.title,
        "published_at": local(version.published_at),
        "sha256": version.sha256,
    }
