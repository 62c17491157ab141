from django.db.models import QuerySet
from ninja import Query

from cms.api.pages import (
    a_part,
    absolute,
    address_of,
    link_to,
    local,
    one_page,
    page_facts,
    public_pages,
)
from cms.api.registry import section
from cms.api.schemas import FAULTS, InLanguage

from ..enums import STREAMED_FORMATS, Channel, Verdict
from ..models import AdoptionReportPage
from ..queries import public_decision_above, public_sibling
from ..summary import changed_keys
from . import schemas
from .words import choice, counts

router = section("adoption-reports")


@router.get("/", response={200: schemas.ReportList, **FAULTS}, operation_id="adoption_reports")
def list_reports(request, asked: Query[schemas.AskedByYear]):
    """Reports on what became of the opinions, the newest first; `year` of the decision."""
    pages = _public_reports().defer_streamfields()
    if asked.year is not None:
        pages = pages.filter(issued_on__year=asked.year)
    found, end = a_part(pages, asked)
    return {"items": [_facts(page, request) for page in found], "next_after": end}


@router.get(
    "/{int:id}/", response={200: schemas.ReportWhole, **FAULTS}, operation_id="adoption_report"
)
def one_report(request, id: int, asked: Query[InLanguage]):
    """One report: all its numbers, its groups with their answers, its editions and digests."""
    page = one_page(_public_reports(), id)
    data, address = page.snapshot.data, address_of(page, request)
    editions = page.editions.select_related("withholding")
    return {
        **_facts(page, request),
        "withdrawn": data["withdrawn"],
        "verdicts": counts(Verdict, data["by_verdict"]),
        "ways": counts(Channel, data["by_channel"]),
        "days": [{"day": day, "count": count} for day, count in data.get("days", {}).items()],
        "groups": [_group(group) for group in data["groups"]],
        "editions": [_edition(edition) for edition in editions],
        "downloads": _downloads(page, address),
        "opinions": absolute(f"{request.path}opinions/"),
        "decision": link_to(public_decision_above(page), request),
        "consultation": link_to(public_sibling(page, "consultation"), request),
    }


@router.get(
    "/{int:id}/opinions/",
    response={200: schemas.OpinionList, **FAULTS},
    operation_id="opinions_of_report",
)
def list_opinions(request, id: int, asked: Query[schemas.AskedOpinions]):
    """The annex of a report line by line: every opinion with its verdict and reason."""
    page = one_page(_public_reports().defer("snapshot__data"), id)
    rows = list(page.snapshot.rows.filter(number__gt=asked.after)[: asked.limit + 1])
    shown = rows[: asked.limit]
    return {
        "items": [_opinion(row) for row in shown],
        "next_after": shown[-1].number if len(rows) > asked.limit else None,
    }


def _public_reports() -> QuerySet:
    found = public_pages(AdoptionReportPage).filter(snapshot__isnull=False)
    return found.select_related("locale", "department", "snapshot")


def _facts(page: AdoptionReportPage, request) -> dict:
    return {
        **page_facts(page, request),
        "issued_on": page.issued_on,
        "due_on": page.due_on,
        "was_late": page.was_late,
        "lateness_reason": page.lateness_reason,
        "received": page.snapshot.data["received"],
        "data_sha256": page.snapshot.sha256,
    }


def _group(group: dict) -> dict:
    return {
        "title": group["title"],
        "count": group["count"],
        "people": group.get("people"),
        "concentrated": group["concentrated"],
        "verdict": choice(Verdict(group["verdict"])),
        "reason": group["reason"],
        "changed_articles": changed_keys(group["changed_articles"]),
    }


def _edition(edition) -> dict:
    withheld = edition.withheld
    return {
        "number": edition.number,
        "published_at": local(edition.published_at),
        "data_sha256": edition.data_sha256,
        "page_sha256": edition.page_sha256,
        "correction": "" if withheld else edition.correction,
        "withheld": withheld and _withheld(withheld),
    }


def _withheld(withheld) -> dict:
    return {"reason": withheld.reason, "withheld_at": local(withheld.withheld_at)}


def _downloads(page: AdoptionReportPage, address: str) -> list[dict]:
    """The files that can be had now: all that are made, and those that stream frozen rows."""
    edition = page.editions.last()
    if edition is None:
        return [_download(f"{address}{name}", name, None) for name in map(str, STREAMED_FORMATS)]
    base = f"{address}editions/{edition.number}/"
    ready = [file for file in edition.shown_files() if file.is_made or file.is_streamed]
    return [_download(f"{base}{file.name}", file.name, file.size or None) for file in ready]


def _download(url: str, name: str, size: int | None) -> dict:
    return {"name": name, "url": url, "kind": name.rpartition(".")[2], "size": size}


def _opinion(row) -> dict:
    return {
        "number": row.number,
        "channel": choice(Channel(row.channel)),
        "text": row.text,
        "article": row.article,
        "group": row.group,
        "verdict": choice(Verdict(row.verdict)),
        "reason": row.reason,
        "changed_articles": changed_keys(row.changed_articles),
    }
