"""The files of a consultation on their way into a package: those of the notice, and what citizens
attached, which may say who they are and goes only where their names go.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files import File as Stored

from cms.intake.models import Attachment

from ..models import ConsultationPage
from . import records
from .writing import key_of

CHUNK = 1000


@dataclass(frozen=True)
class Leaving:
    """A file as its line tells it, and where it is kept."""

    record: records.File
    stored: Stored


def files_of(consultation: ConsultationPage, *, contacts: bool) -> tuple[list[Leaving], int]:
    """What goes into the package, and how many files stay behind: those of citizens where no
    contacts go, and those whose content is gone."""
    found, left_out = [], 0
    for told, stored in _told(consultation, contacts):
        digest = _digest(stored)
        if digest is None:
            left_out += 1
            continue
        found.append(Leaving(records.File(sha256=digest, size=stored.size, **told), stored))
    if not contacts:
        left_out += count_of_citizens_files(consultation)
    return found, left_out


def count_of_files(consultation: ConsultationPage) -> int:
    """All that stay behind where only lines leave."""
    own = consultation.attachments.count() + bool(consultation.draft_file_id)
    return own + count_of_citizens_files(consultation)


def count_of_citizens_files(consultation: ConsultationPage) -> int:
    return _attached(consultation).count()


def _attached(consultation: ConsultationPage):
    return Attachment.objects.filter(receipt__opinion__consultation=consultation)


def _told(consultation: ConsultationPage, contacts: bool) -> Iterator[tuple[dict, Stored]]:
    if document := consultation.draft_file:
        yield _document(document, "draft"), document.file
    for attachment in consultation.attachments.select_related("document"):
        document = attachment.document
        yield _document(document, "attachment", attachment.title), document.file
    if contacts:
        attached = _attached(consultation).select_related("receipt__opinion").order_by("pk")
        for attachment in attached.iterator(chunk_size=CHUNK):
            opinion = attachment.receipt.opinion
            key = key_of(consultation, opinion.pk, opinion.external_key)
            told = {"place": "opinion", "opinion": key, "name": attachment.name, "title": ""}
            yield told, attachment.file


def _document(document, place: str, title: str = "") -> dict:
    named = title or document.title
    return {"place": place, "opinion": None, "name": document.filename[-120:], "title": named}


def _digest(stored: Stored) -> str | None:
    """None where the content is not there, or there is none."""
    digest, size = hashlib.sha256(), 0
    try:
        with stored.open("rb") as content:
            for block in content.chunks():
                digest.update(block)
                size += len(block)
    except (OSError, ValueError):
        return None
    return digest.hexdigest() if 0 < size <= records.LARGEST_FILE else None
