"""The files of a published report: made once per edition, off the web process, and kept."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils.translation import override

from cms.record.actions import record

from ..enums import FileState, ReportFormat
from ..models import ReportEdition, ReportFile
from ..report import paper, writers

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
ON_ITS_WAY = timedelta(minutes=5)


def make_report_files(key: int, *, at: datetime) -> int:
    """Make what the edition still lacks; one file that fails holds up no other. How many now are
    there that were not.
    """
    edition = ReportEdition.objects.select_related("snapshot", "page__locale").get(pk=key)
    files = edition.files.exclude(state=FileState.MADE)
    with override(edition.page.locale.language_code):
        return sum(_make(file, edition, at) for file in files)


def _make(file: ReportFile, edition: ReportEdition, at: datetime) -> int:
    try:
        with writers.write(file.name, edition) as content:
            return keep_file(file, content, at)
    except paper.PrinterMissing as missing:
        _note(file, str(missing), state=FileState.UNAVAILABLE)
    except Exception as error:
        logger.exception("%s of edition %s could not be made", file.name, edition.pk)
        _note(file, repr(error)[:2000], attempts=file.attempts + 1)
    return 0


def keep_file(file: ReportFile, content: IO[bytes], at: datetime) -> int:
    """Put the content away as this file; of two workers the first one's is kept. 1, or 0."""
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with transaction.atomic():
        row = ReportFile.objects.select_for_update().get(pk=file.pk)
        if row.is_made:
            return 0
        row.size = content.tell()
        content.seek(0)
        row.file.save(row.name, File(content), save=False)
        row.sha256, row.made_at, row.state, row.error = sha256, at, FileState.MADE, ""
        row.save()
        record(
            "consultation.report_file_made",
            file.edition.page,
            at=at,
            data={"edition": file.edition.number, "name": row.name, "sha256": sha256},
        )
    return 1


def _note(file: ReportFile, error: str, **fields) -> None:
    ReportFile.objects.filter(pk=file.pk).exclude(state=FileState.MADE).update(
        error=error, **fields
    )


def editions_left_behind(at: datetime) -> list[int]:
    """Editions that should have all their files by now; the PDF only where one can be made."""
    waiting = ReportFile.objects.filter(
        state=FileState.WAITING,
        attempts__lt=MOST_ATTEMPTS,
        edition__published_at__lte=at - ON_ITS_WAY,
    )
    left = set(waiting.values_list("edition", flat=True))
    refused = ReportFile.objects.filter(state=FileState.UNAVAILABLE, name=ReportFormat.PDF)
    if refused.exists() and paper.can_print():
        left.update(refused.values_list("edition", flat=True))
    return sorted(left)
