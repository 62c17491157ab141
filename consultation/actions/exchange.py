"""A whole consultation leaves as a file, or comes from another office as drafts (C7, C12)."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms.accounts.models import Department
from cms.intake.actions import ReasonMissing, receipt_from_desk
from cms.pages.rules import slug_from
from cms.record.actions import record

from ..enums import Channel, ImportState
from ..exchange import records
from ..exchange.files import Leaving, count_of_files, files_of
from ..exchange.prose import body_blocks, draft_blocks
from ..exchange.reading import ExchangeUnreadable, read
from ..exchange.writing import PROSE, exchange_lines
from ..models import (
    ConsultationPage,
    DecisionCataloguePage,
    DecisionPage,
    DraftVersion,
    Extension,
    ImportBatch,
    Opinion,
    OpinionAddition,
    OpinionGroup,
)
from .exchange_files import Arriving
from .opinions import KIND

CHUNK = 1000
UNMASK = "intake.unmask_receipt"


@dataclass(frozen=True)
class Export:
    """The lines of an exchange file, and the files that go beside it in a package."""

    lines: Iterator[bytes]
    files: list[Leaving]


@transaction.atomic
def export_consultation(
    consultation: ConsultationPage,
    *,
    site: str,
    by,
    at: datetime,
    contacts: bool = False,
    reason: str = "",
    as_package: bool = False,
) -> Export:
    """What an exchange file is made of; who took it stands on record before the first line is.

    With ``contacts`` only for who may read them, and with a reason (I11): refuses with
    PermissionDenied and ReasonMissing. Files leave in a package only, and those of citizens only
    with their contacts.
    """
    if contacts and not by.has_perm(UNMASK):
        raise PermissionDenied
    if contacts and not reason.strip():
        raise ReasonMissing
    original = consultation.original
    record(
        "consultation.exported",
        original,
        by=by,
        at=at,
        data={"contacts": contacts, **({"reason": reason.strip()} if contacts else {})},
    )
    if as_package:
        files, left_out = files_of(original, contacts=contacts)
    else:
        files, left_out = [], count_of_files(original)
    lines = exchange_lines(
        original,
        site=site,
        contacts=contacts,
        at=at,
        files=[leaving.record for leaving in files],
        left_out=left_out,
    )
    return Export(lines, files)


def import_consultation(
    lines: Iterable[bytes],
    *,
    contents: Callable[[str], bytes] | None = None,
    progress: Callable[[int], None] = lambda line: None,
    then: Callable[[ConsultationPage], None] = lambda page: None,
    catalogue: DecisionCataloguePage,
    department: Department,
    file_name: str,
    sha256: str,
    by,
    at: datetime,
) -> ConsultationPage:
    """A consultation of another office, whole or not at all: its pages as drafts, to be reviewed
    like any other, its files private until then, and its opinions with what became of them.

    ``contents`` gives the files of a package by their SHA-256; ``progress`` hears of each line,
    ``then`` of the page before all of it is certain. The second signatures, the record and the
    letters of the other office stay there. Refuses with ExchangeUnreadable.
    """
    files = Arriving(contents, by, at)
    with _whole_or_not_at_all(files):
        coming = _Coming(catalogue, department, files, by, at)
        for line, found in read(lines):
            coming.take(line, found)
            progress(line)
        page = coming.close(file_name, sha256)
        record(
            "consultation.imported_whole",
            page,
            by=by,
            at=at,
            data={"opinions": coming.count, "files": files.count, "sha256": sha256},
        )
        then(page)
    return page


@contextmanager
def _whole_or_not_at_all(files: Arriving):
    """A refusal takes the rows back, and the files that were stored already."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        files.forget()
        raise


class _Coming:
    """What has been read so far, and the rows made of it."""

    def __init__(self, catalogue, department: Department, files: Arriving, by, at):
        self.catalogue: DecisionCataloguePage = catalogue
        self.department, self.files, self.by, self.at = department, files, by, at
        self.page: ConsultationPage | None = None
        self.site = ""
        self.count = 0
        self._decision: DecisionPage | None = None
        self._versions: dict[int, int] = {}
        self._groups: dict[str, int] = {}
        self._divided: dict[str, int] = {}
        self._waiting: list[records.Opinion] = []

    def take(self, line: int, found: records.AnyRecord) -> None:
        match found:
            case records.Head():
                self.site = found.site
            case records.Decision():
                self._decision = self._add_decision(found)
            case records.Consultation():
                self.page = self._add_consultation(found)
            case records.Version():
                self._versions[found.number] = self._add_version(found)
            case records.Group():
                self._groups[found.title] = self._add_group(found)
            case records.Opinion():
                self._take_opinion(line, found)
            case records.File():
                self._write_opinions()
                self.files.take(line, found, self.page)

    def close(self, file_name: str, sha256: str) -> ConsultationPage:
        self._write_opinions()
        if self.files.show_on(self.page):
            self.page.save_revision(user=self.by)
        batch = ImportBatch.objects.create(
            consultation=self.page,
            file_name=file_name[-255:],
            sha256=sha256,
            content=b"",
            channel=Channel.WEB,
            source=self.site,
            state=ImportState.IMPORTED,
            row_count=self.count,
            uploaded_by=self.by,
            uploaded_at=self.at,
            imported_at=self.at,
        )
        Opinion.objects.filter(consultation=self.page).update(batch=batch)
        return self.page

    def _add_decision(self, found: records.Decision) -> DecisionPage:
        page = DecisionPage(
            title=found.title,
            slug=self._free_slug(found.title),
            live=False,
            owner=self.by,
            department=self.department,
            decision_class=found.decision_class,
            adjustment=found.adjustment,
            planned_completion=found.planned_completion,
            document_number=found.document_number,
            meeting_name=found.meeting,
            issued_on=found.issued_on,
            decision_title=found.decision_title,
            decision_text=draft_blocks(found.text),
        )
        return self._add(self.catalogue, page)

    def _add_consultation(self, found: records.Consultation) -> ConsultationPage:
        contact, concentrated = found.contact, found.concentrated
        page = ConsultationPage(
            title=found.title,
            slug="consultation",
            live=False,
            owner=self.by,
            department=self.department,
            draft_name=found.draft_name,
            summary=found.summary,
            opens_at=found.opens_at,
            closes_at=found.closes_at,
            announced_on=found.announced_on,
            short_period_reason=found.short_period_reason,
            attribution=found.attribution,
            contact_person=contact.person,
            contact_phone=contact.phone,
            contact_address=contact.address,
            contact_postcode=contact.postcode,
            contact_email=contact.email,
            concentrated_count=concentrated.count,
            concentrated_percent=concentrated.percent,
            concentrated_people=concentrated.people,
            draft=draft_blocks(found.draft),
            **{name: body_blocks(getattr(found, name)) for name in PROSE},
        )
        page.extensions = [
            Extension(
                announced_on=extension.announced_on,
                closes_at=extension.closes_at,
                reason=extension.reason,
                locale=self.catalogue.locale,
            )
            for extension in found.extensions
        ]
        return self._add(self._decision, page)

    def _add(self, parent, page):
        parent.add_child(instance=page)
        page.save_revision(user=self.by)
        return page

    def _free_slug(self, title: str) -> str:
        base = slug_from(title) or "consultation"
        taken = set(self.catalogue.get_children().values_list("slug", flat=True))
        numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
        return next(slug for slug in (base, *numbered) if slug not in taken)

    def _add_version(self, found: records.Version) -> int:
        version = DraftVersion.objects.create(
            consultation=self.page,
            number=found.number,
            kind=found.kind,
            title=found.title,
            published_at=found.published_at,
            articles=found.articles,
            sha256=found.sha256,
        )
        return version.pk

    def _add_group(self, found: records.Group) -> int:
        group = OpinionGroup.objects.create(
            consultation=self.page,
            title=found.title,
            phrases=found.phrases,
            verdict=found.verdict,
            reason=found.reason,
            changed_articles=found.changed_articles,
            decided_at=found.decided_at,
        )
        return group.pk

    def _take_opinion(self, line: int, found: records.Opinion) -> None:
        if found.received_at > self.at:
            raise ExchangeUnreadable("shape", line, "received_at: lies in the future")
        if found.part_of is not None and found.part_of not in self._divided:
            self._write_opinions()
            if found.part_of not in self._divided:
                raise ExchangeUnreadable("unknown", line, f"part_of: {found.part_of}")
        self.count += 1
        self._waiting.append(found)
        if len(self._waiting) == CHUNK:
            self._write_opinions()

    def _write_opinions(self) -> None:
        waiting, self._waiting = self._waiting, []
        rows = Opinion.objects.bulk_create([self._opinion(found) for found in waiting])
        self._divided |= {row.external_key: row.pk for row in rows if row.is_split}
        OpinionAddition.objects.bulk_create(_additions(waiting, rows))

    def _opinion(self, found: records.Opinion) -> Opinion:
        return Opinion(
            consultation=self.page,
            receipt=self._receipt(found),
            part_of_id=self._divided[found.part_of] if found.part_of else None,
            part_number=found.part_number,
            person=found.person,
            draft_version_id=self._versions[found.version] if found.version else None,
            article_key=found.article_key,
            article_label=found.article_label,
            text=found.text,
            reasons=found.reasons,
            identity=found.identity,
            channel=found.channel,
            language=found.language,
            received_at=found.received_at,
            entered_by=self.by,
            external_key=found.key,
            group_id=self._groups[found.group] if found.group else None,
            verdict=found.verdict,
            verdict_reason=found.reason,
            changed_articles=found.changed_articles,
            decided_at=found.decided_at,
            withdrawn_at=found.withdrawn_at,
        )

    def _receipt(self, found: records.Opinion):
        if found.author is None:
            return None
        return receipt_from_desk(
            kind=KIND,
            contact_name=found.author.name,
            contact=found.author.contact,
            wants_letter=False,
            at=found.received_at,
        )


def _additions(found: list[records.Opinion], rows: list[Opinion]) -> list[OpinionAddition]:
    return [
        OpinionAddition(
            opinion=row,
            text=addition.text,
            added_at=addition.added_at,
            submission_key=secrets.token_hex(32),
        )
        for opinion, row in zip(found, rows, strict=True)
        for addition in opinion.additions
    ]
