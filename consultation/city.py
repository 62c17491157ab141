"""A consultation as a package for the city's 人民建议征集 system (rulebook C7, C8).

No address of that system is known that a program could write to: an officer enters the package
by hand there, and says so here.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.pages import tables

from .annex import whole_text
from .enums import CityScope, Verdict
from .models import ConsultationPage, Opinion
from .rules import without_private_data

TOPIC, SUGGESTIONS, MANIFEST = "topic.xlsx", "suggestions.xlsx", "manifest.sha256"
CHUNK = 1000
ADOPTED = (Verdict.ADOPTED, Verdict.PARTLY_ADOPTED)
TOPIC_WIDTHS = {"A": 20, "B": 100}
WIDTHS = {"A": 8, "B": 40, "C": 60, "D": 60, "E": 20, "F": 14, "G": 16, "H": 16, "I": 60}


def suggestions_of(consultation: ConsultationPage, scope: str) -> QuerySet[Opinion]:
    """What goes to the city: every opinion that counts, or only what was adopted, even partly."""
    found = Opinion.objects.filter(consultation=consultation).counted().order_by("pk")
    return found.filter(verdict__in=ADOPTED) if scope == CityScope.ADOPTED else found


def city_package(consultation: ConsultationPage, scope: str) -> tuple[IO[bytes], list[int]]:
    """The package on disk, rewound, and the keys of the opinions in it, in the order of their
    numbers there. The caller closes it.

    A ZIP of the topic, the suggestions and their SHA-256; no author, private numbers masked.
    """
    keys: list[int] = []
    rows = _rows(consultation, scope, keys)
    file = TemporaryFile()  # noqa: SIM115  (closed by who sends it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        manifest = [
            _put(archive, TOPIC, _topic(consultation)),
            _put(
                archive,
                SUGGESTIONS,
                tables.xlsx_file(_("Suggestions"), headings(), rows, WIDTHS),
            ),
        ]
        archive.writestr(MANIFEST, "".join(manifest))
    file.seek(0)
    return file, keys


def headings() -> list[str]:
    """建议主题、主要事由、对策建议, as a suggestion normally has them (C8)."""
    return [
        _("No."),
        _("Topic of the suggestion"),
        _("Main grounds"),
        _("Proposed measure"),
        _("About"),
        _("Received on"),
        _("Way"),
        _("Verdict"),
        _("Reason for the verdict"),
    ]


def _topic(consultation: ConsultationPage) -> IO[bytes]:
    """Topic, ways and period: what the city's system asks of a special solicitation."""
    ways = "；".join(f"{way['label']} {way['value']}".strip() for way in consultation.ways())
    said = [
        [_("Topic of the solicitation"), consultation.draft_name],
        [_("Notice"), consultation.title],
        [_("Period"), _period(consultation)],
        [_("Ways of the solicitation"), ways],
        [_("Department"), str(consultation.department or "")],
        [_("Contact person"), consultation.contact_person],
        [_("Telephone"), consultation.contact_phone],
        [_("Address of the notice"), consultation.full_url or ""],
    ]
    return tables.xlsx_file(
        _("Topic of the solicitation"), [_("Item"), _("Content")], said, TOPIC_WIDTHS
    )


def _period(consultation: ConsultationPage) -> str:
    if not (consultation.opens_at and consultation.closes_at):
        return ""
    return f"{timezone.localdate(consultation.opens_at)} – {consultation.last_day}"


def _rows(consultation: ConsultationPage, scope: str, keys: list[int]) -> Iterator[list]:
    """Each suggestion as it stands in the table; its key goes with the others."""
    found = suggestions_of(consultation, scope).prefetch_related("additions")
    for number, opinion in enumerate(found.iterator(chunk_size=CHUNK), start=1):
        keys.append(opinion.pk)
        reasons, opinion.reasons = opinion.reasons, ""
        yield [
            number,
            consultation.draft_name,
            without_private_data(reasons),
            without_private_data(whole_text(opinion)),
            opinion.article_label,
            timezone.localdate(opinion.received_at).isoformat(),
            str(opinion.get_channel_display()),
            str(opinion.get_verdict_display()),
            without_private_data(opinion.verdict_reason),
        ]


def _put(archive: zipfile.ZipFile, name: str, content: IO[bytes]) -> str:
    """Copy a file into the package; its line of the manifest."""
    with content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        with archive.open(name, "w") as out:
            shutil.copyfileobj(content, out)
    return f"{digest}  {name}\n"
