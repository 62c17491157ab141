"""The text as it was published, each time it was: what opinions were written for (C14)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from cms.clearance.registry import follows_publication_of

from ..articles import Chapter, parts_of
from ..enums import DraftKind
from ..models import ConsultationPage, DecisionPage, DraftVersion
from ..versions import frozen_article, version_digest


@follows_publication_of(ConsultationPage)
def keep_draft(page: ConsultationPage, at: datetime) -> DraftVersion | None:
    """The draft that is public now is the last version, or becomes it."""
    if page.locale.language_code != settings.LANGUAGE_CODE:
        return None
    return keep_version(page, DraftKind.DRAFT, page.draft_name, page.draft, at=at)


@follows_publication_of(DecisionPage)
def keep_decision(page: DecisionPage, at: datetime) -> DraftVersion | None:
    """The decision that is public now, beside the draft it came from."""
    consultation = page.consultation
    if page.locale.language_code != settings.LANGUAGE_CODE or consultation is None:
        return None
    if not page.decision_text:
        return None
    keep_draft(consultation, at)
    title = page.decision_title or page.title
    return keep_version(consultation, DraftKind.DECISION, title, page.decision_text, at=at)


@transaction.atomic
def keep_version(
    consultation: ConsultationPage, kind: DraftKind, title: str, draft, *, at: datetime
) -> DraftVersion | None:
    """Freeze these articles as the next version, unless the last of its kind is the same."""
    articles = _frozen(draft)
    if not articles:
        return None
    ConsultationPage.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    versions = DraftVersion.objects.filter(consultation=consultation)
    digest = version_digest(title, articles)
    last = versions.filter(kind=kind).last()
    if last is not None and last.sha256 == digest:
        return last
    newest = versions.last()
    return DraftVersion.objects.create(
        consultation=consultation,
        number=newest.number + 1 if newest else 1,
        kind=kind,
        title=title,
        published_at=at,
        articles=articles,
        sha256=digest,
    )


def _frozen(draft) -> list[dict]:
    with override(settings.LANGUAGE_CODE):
        chapter, articles = "", []
        for part in parts_of(draft):
            if isinstance(part, Chapter):
                chapter = part.label
            else:
                articles.append(frozen_article(part, chapter))
    return articles


def keep_missing_versions(at: datetime) -> int:
    """Consultations that were public before versions were kept. Part of `run_due`."""
    pages = ConsultationPage.objects.live().filter(
        versions=None, locale__language_code=settings.LANGUAGE_CODE
    )
    return sum(
        keep_draft(page, page.first_published_at or at) is not None for page in pages if page.draft
    )
