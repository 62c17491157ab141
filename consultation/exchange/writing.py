"""Writing an exchange file: line by line, memory holds a thousand opinions at a time."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from ..models import ConsultationPage, DecisionPage, DraftVersion, Opinion, OpinionGroup
from . import records
from .prose import body_parts, draft_parts

CHUNK = 1000
PROSE = ("explanation", "interpretation", "background", "activities")


def exchange_lines(
    consultation: ConsultationPage,
    *,
    site: str,
    contacts: bool,
    at: datetime,
    files: Sequence[records.File] = (),
    left_out: int = 0,
) -> Iterator[bytes]:
    """The whole consultation as it stands, streamed. ``files`` go beside it in a package;
    ``left_out`` is the number of those that do not."""
    digest, totals = hashlib.sha256(), records.Totals(versions=0, groups=0, opinions=0)
    for record in _records(consultation, site, contacts, at, files, left_out):
        match record:
            case records.Version():
                totals.versions += 1
            case records.Group():
                totals.groups += 1
            case records.Opinion():
                totals.opinions += 1
            case records.File():
                totals.files += 1
        line = records.line_of(record)
        digest.update(line)
        yield line
    yield records.line_of(records.End(totals=totals, sha256=digest.hexdigest()))


def _records(consultation, site: str, contacts: bool, at: datetime, files, left_out: int):
    prose, in_texts = _prose(consultation)
    yield records.Head(site=site, made_at=at, contacts=contacts, left_out=in_texts + left_out)
    yield _decision(consultation.get_parent().specific)
    yield _consultation(consultation, prose)
    for version in consultation.versions.all():
        yield _version(version)
    for group in OpinionGroup.objects.filter(consultation=consultation):
        yield _group(group)
    for opinion in _opinions(consultation, contacts):
        yield _opinion(opinion, consultation, contacts)
    yield from files


def _prose(consultation: ConsultationPage) -> tuple[dict, int]:
    parts, left_out = {}, 0
    for name in PROSE:
        parts[name], left = body_parts(getattr(consultation, name).raw_data)
        left_out += left
    return parts, left_out


def _decision(page: DecisionPage) -> records.Decision:
    return records.Decision(
        title=page.title,
        decision_class=page.decision_class,
        adjustment=page.adjustment,
        planned_completion=page.planned_completion,
        document_number=page.document_number,
        meeting=page.meeting_name,
        issued_on=page.issued_on,
        decision_title=page.decision_title,
        text=draft_parts(page.decision_text.raw_data),
    )


def _consultation(page: ConsultationPage, prose: dict) -> records.Consultation:
    published = page.first_published_at
    return records.Consultation(
        title=page.title,
        draft_name=page.draft_name,
        summary=page.summary,
        department=str(page.department or ""),
        opens_at=page.opens_at,
        closes_at=page.closes_at,
        announced_on=page.announced_on or (timezone.localdate(published) if published else None),
        short_period_reason=page.short_period_reason,
        extensions=[_extension(extension) for extension in page.extensions.all()],
        attribution=page.attribution,
        contact=records.Contact(
            person=page.contact_person,
            phone=page.contact_phone,
            address=page.contact_address,
            postcode=page.contact_postcode,
            email=page.contact_email,
        ),
        concentrated=records.Threshold(
            count=page.concentrated_count,
            percent=page.concentrated_percent,
            people=page.concentrated_people,
        ),
        draft=draft_parts(page.draft.raw_data),
        **prose,
    )


def _extension(extension) -> records.Extension:
    return records.Extension(
        announced_on=extension.announced_on,
        closes_at=extension.closes_at,
        reason=extension.reason,
    )


def _version(version: DraftVersion) -> records.Version:
    return records.Version(
        number=version.number,
        kind=version.kind,
        title=version.title,
        published_at=version.published_at,
        articles=version.articles,
        sha256=version.sha256,
    )


def _group(group: OpinionGroup) -> records.Group:
    return records.Group(
        title=group.title,
        phrases=group.phrases,
        verdict=group.verdict,
        reason=group.reason,
        changed_articles=group.changed_articles,
        decided_at=group.decided_at,
    )


def _opinions(consultation: ConsultationPage, contacts: bool) -> Iterator[Opinion]:
    related = ["group", "draft_version", *(["receipt"] if contacts else [])]
    found = Opinion.objects.filter(consultation=consultation).order_by("pk")
    found = found.select_related(*related).defer("draft_version__articles")
    found = found.annotate(whole_key=F("part_of__external_key"))
    return found.prefetch_related("additions").iterator(chunk_size=CHUNK)


def key_of(consultation: ConsultationPage, pk: int, external_key: str) -> str:
    """The key it came with, or one that no other site has."""
    return external_key or f"{consultation.translation_key}:{pk}"


def _opinion(opinion: Opinion, page: ConsultationPage, contacts: bool) -> records.Opinion:
    return records.Opinion(
        key=key_of(page, opinion.pk, opinion.external_key),
        part_of=_whole(opinion, page),
        part_number=opinion.part_number,
        person=opinion.person,
        channel=opinion.channel,
        received_at=opinion.received_at,
        withdrawn_at=opinion.withdrawn_at,
        language=opinion.language,
        identity=opinion.identity,
        text=opinion.text,
        reasons=opinion.reasons,
        additions=[
            records.Addition(text=addition.text, added_at=addition.added_at)
            for addition in opinion.additions.all()
        ],
        article_key=opinion.article_key,
        article_label=opinion.article_label,
        version=opinion.draft_version.number if opinion.draft_version_id else None,
        group=opinion.group.title if opinion.group_id else None,
        verdict=opinion.verdict,
        reason=opinion.verdict_reason,
        changed_articles=opinion.changed_articles,
        decided_at=opinion.decided_at,
        author=_author(opinion) if contacts else None,
    )


def _whole(opinion: Opinion, page: ConsultationPage) -> str | None:
    if opinion.part_of_id is None:
        return None
    return key_of(page, opinion.part_of_id, opinion.whole_key)


def _author(opinion: Opinion) -> records.Author | None:
    receipt = opinion.receipt
    if receipt is None or not (receipt.contact_name or receipt.contact):
        return None
    return records.Author(name=receipt.contact_name, contact=receipt.contact)
