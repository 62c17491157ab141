"""Files of a consultation that is taken over: each passes the checks of an upload, and is private
until a page that shows it is reviewed and public."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.fields import WagtailDocumentField
from wagtail.models import Collection

from cms.intake.actions import keep_attachments, receipt_from_desk
from cms.intake.uploads import MAX_FILES, check_file, plain_name
from cms.pages.models import SiteDocument

from ..exchange import records
from ..exchange.reading import ExchangeUnreadable
from ..models import ConsultationAttachment, ConsultationPage, Opinion
from .opinions import KIND


class Arriving:
    """What has been stored so far; ``forget`` takes it away again."""

    def __init__(self, contents: Callable[[str], bytes] | None, by, at: datetime):
        self.contents, self.by, self.at = contents, by, at
        self.count = 0
        self._stored: list = []
        self._draft: SiteDocument | None = None
        self._attached: list[tuple[SiteDocument, str]] = []
        self._sent_with: dict[str, int] = {}

    def take(self, line: int, found: records.File, page: ConsultationPage) -> None:
        """Refuses with ExchangeUnreadable what no upload would let in."""
        if self.contents is None:
            raise ExchangeUnreadable("file_missing", line, found.name)
        upload = SimpleUploadedFile(plain_name(found.name), self.contents(found.sha256))
        try:
            self._keep(found, upload, page)
        except ValidationError as refused:
            reason = " ".join(refused.messages)
            raise ExchangeUnreadable("file_refused", line, f"{found.name}: {reason}") from refused
        self.count += 1

    def show_on(self, page: ConsultationPage) -> bool:
        """Put the files of the notice on its page. False when there are none."""
        page.draft_file = self._draft
        page.attachments = [
            ConsultationAttachment(document=document, title=title[:200], locale=page.locale)
            for document, title in self._attached
        ]
        if self._draft or self._attached:
            page.save()
        return bool(self._draft or self._attached)

    def forget(self) -> None:
        for storage, name in self._stored:
            storage.delete(name)

    def _keep(self, found: records.File, upload, page: ConsultationPage) -> None:
        if found.place == "opinion":
            self._keep_with_opinion(found, upload, page)
        elif found.place == "draft":
            self._draft = self._document(found, upload)
        else:
            self._attached.append((self._document(found, upload), found.title))

    def _document(self, found: records.File, upload) -> SiteDocument:
        WagtailDocumentField().clean(upload)
        document = SiteDocument(
            title=found.title or upload.name,
            file=upload,
            collection=Collection.get_first_root_node(),
            uploaded_by_user=self.by,
        )
        document.full_clean(exclude=["file_size", "file_hash", "tags"])
        document.save()
        self._remember(document.file)
        return document

    def _keep_with_opinion(self, found: records.File, upload, page: ConsultationPage) -> None:
        self._sent_with[found.opinion] = self._sent_with.get(found.opinion, 0) + 1
        if self._sent_with[found.opinion] > MAX_FILES:
            raise ValidationError(f"{found.opinion}: > {MAX_FILES}")
        checked = check_file(upload)
        opinion = Opinion.objects.select_related("receipt").get(
            consultation=page, external_key=found.opinion
        )
        if opinion.receipt is None:
            opinion.receipt = receipt_from_desk(
                kind=KIND, contact_name="", contact="", wants_letter=False, at=opinion.received_at
            )
            opinion.save(update_fields=["receipt"])
        keep_attachments(opinion.receipt, [checked], at=self.at)
        self._remember(opinion.receipt.attachments.last().file)

    def _remember(self, file) -> None:
        self._stored.append((file.storage, file.name))
