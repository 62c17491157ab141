from ninja import Query

from cms.api.pages import a_part, link_to, one_page, page_facts, public_pages
from cms.api.registry import section
from cms.api.schemas import FAULTS, InLanguage

from .. import dossier
from ..enums import Adjustment, DecisionClass
from ..models import CatalogueMatter, DecisionCataloguePage, DecisionPage
from ..queries import REPORT_SLUG, public_child
from . import schemas
from .words import choice

catalogues = section("catalogues")
decisions = section("decisions")


@catalogues.get("/", response={200: schemas.CatalogueList, **FAULTS}, operation_id="catalogues")
def list_catalogues(request, asked: Query[schemas.AskedByYear]):
    """The yearly catalogues of major administrative decisions."""
    pages = public_pages(DecisionCataloguePage).defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(year=asked.year)
    found, end = a_part(pages, asked)
    items = [{**page_facts(page, request), "year": page.year} for page in found]
    return {"items": items, "next_after": end}


@catalogues.get(
    "/{int:id}/", response={200: schemas.CatalogueWhole, **FAULTS}, operation_id="catalogue"
)
def one_catalogue(request, id: int, asked: Query[InLanguage]):
    """One catalogue with its matters, and what is public of each."""
    page = one_page(public_pages(DecisionCataloguePage), id)
    matters = enumerate(page.matters_with_dossiers(), start=1)
    return {
        **page_facts(page, request),
        "year": page.year,
        "matters": [_matter(number, matter, request) for number, matter in matters],
    }


@decisions.get("/", response={200: schemas.DecisionList, **FAULTS}, operation_id="decisions")
def list_decisions(request, asked: Query[schemas.AskedByYear]):
    """Decisions, those still in the making among them; `year` of the day of issue."""
    pages = public_pages(DecisionPage).defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(issued_on__year=asked.year)
    found, end = a_part(pages, asked)
    return {"items": [_facts(page, request) for page in found], "next_after": end}


@decisions.get(
    "/{int:id}/", response={200: schemas.DecisionWhole, **FAULTS}, operation_id="decision"
)
def one_decision(request, id: int, asked: Query[InLanguage]):
    """One decision: how far it is, and which of the ten parts of its dossier are public."""
    page = one_page(public_pages(DecisionPage), id)
    parts = page.dossier_parts()
    course = dossier.course(parts, page.course_facts(request.arrived_at))
    return {
        **_facts(page, request),
        "decision_title": page.decision_title,
        "meeting": page.meeting_name,
        "parts": [_part(part) for part in parts],
        "course": [_step(step) for step in course],
        "consultation": link_to(public_child(page, "consultation"), request),
        "report": link_to(public_child(page, REPORT_SLUG), request),
    }


def _matter(number: int, matter: CatalogueMatter, request) -> dict:
    dossier_page = matter.dossier
    return {
        "number": number,
        "name": matter.name,
        "decision_class": choice(DecisionClass(matter.decision_class)),
        "department": matter.department_name,
        "planned_completion": matter.planned_completion,
        "adjustment": choice(Adjustment(matter.adjustment)),
        "decision": link_to(dossier_page, request),
        "consultation": link_to(dossier_page and dossier_page.shown_consultation, request),
        "report": link_to(dossier_page and dossier_page.shown_report, request),
    }


def _facts(page: DecisionPage, request) -> dict:
    return {
        **page_facts(page, request),
        "decision_class": choice(DecisionClass(page.decision_class)),
        "adjustment": choice(Adjustment(page.adjustment)),
        "planned_completion": page.planned_completion,
        "issued_on": page.issued_on,
    }


def _part(part: dossier.Part) -> dict:
    return {
        "code": str(part.code.value),
        "title": str(part.title),
        "state": choice(part.state),
        "reason": part.reason,
    }


def _step(step: dossier.Step) -> dict:
    return {"title": str(step.title), "state": step.state, "day": step.date}
