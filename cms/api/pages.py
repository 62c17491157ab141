"""The pages of a section as plain data: only what is live, reviewed and open to everyone."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from cms.pages.models import BasePage

from .keyset import LAST_KEY, cursor_of, read_cursor
from .schemas import Asked

NEWEST_FIRST = ("-first_published_at", "-pk")


def public_pages(model: type[BasePage]) -> QuerySet:
    """The pages of a type that everyone may read, in the language that was asked for."""
    found = model.objects.live().public().filter(locale__language_code=get_language())
    return found.select_related("locale", "department")


def one_page(pages: QuerySet, key: int) -> BasePage:
    """Raises Http404 where everyone may not read it."""
    page = pages.filter(pk=key).first() if key <= LAST_KEY else None
    if page is None:
        raise Http404
    return page


def a_part(pages: QuerySet, asked: Asked) -> tuple[list, str]:
    """The newest pages behind the place where a reader left off, and where this part ends.

    The end is "" behind the last page. Raises CursorUnknown.
    """
    pages = pages.filter(first_published_at__isnull=False).order_by(*NEWEST_FIRST)
    if asked.after:
        at, key = read_cursor(asked.after)
        older = Q(first_published_at__lt=at) | Q(first_published_at=at, pk__lt=key)
        pages = pages.filter(older)
    found = list(pages[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return shown, cursor_of(shown[-1].first_published_at, shown[-1].pk) if more else ""


def page_facts(page: BasePage, request) -> dict:
    """Fit for ``schemas.PageFacts``."""
    return {
        "id": page.pk,
        "title": page.title,
        "url": address_of(page, request),
        "language": page.locale.language_code,
        "summary": page.summary,
        "department": str(page.department or ""),
        "document_number": page.document_number,
        "index_number": page.index_number,
        "published_at": local(page.first_published_at),
        "changed_at": local(page.last_published_at),
    }


def link_to(page, request) -> dict | None:
    """Fit for ``schemas.Link``; None stays None."""
    if page is None:
        return None
    return {"id": page.pk, "title": page.title, "url": address_of(page, request)}


def downloads(files: Iterable[dict]) -> list[dict]:
    """Files as components/attachments.html lists them, with whole addresses."""
    return [{**file, "url": absolute(file["url"])} for file in files]


def address_of(page, request) -> str:
    return absolute(page.get_url(request) or "")


def absolute(url: str) -> str:
    """Never from the Host header: a proxy may hand the answer to somebody else."""
    return urljoin(settings.BASE_URL, url)


def local(moment: datetime | None) -> datetime | None:
    """With Shanghai's offset, as people there read it."""
    return timezone.localtime(moment) if moment else None
