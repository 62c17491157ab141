import hashlib
import secrets

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from .. import summary
from ..enums import STREAMED_FORMATS, FileState, ReportFormat
from ..report.document import Issue
from .reports import AdoptionReportPage, ReportSnapshot

TITLES = {
    ReportFormat.PDF: _("The report as an official document"),
    ReportFormat.WORD: _("The report to work with"),
    ReportFormat.WORKBOOK: _("Annex as a workbook"),
    ReportFormat.TABLE: _("Annex as open data"),
    ReportFormat.DATA: _("Data of the report, over which its sum is taken"),
    ReportFormat.PAGE: _("Content of the page, over which its sum is taken"),
}


class ReportEdition(models.Model):
    """The report as it was published at one time; a correction is a new, dated one.

    Written once, like the lines of its annex and its files once they are made: the database
    refuses to change or delete them (migration 0015).
    """

    page = models.ForeignKey(AdoptionReportPage, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    snapshot = models.ForeignKey(ReportSnapshot, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"))
    data_sha256 = models.CharField(_("SHA-256 of the data"), max_length=64)
    page_sha256 = models.CharField(_("SHA-256 of the page"), max_length=64)
    # The bytes that the sum of the page is over; later versions of the site may write others.
    page_content = models.TextField(blank=True, editable=False)
    correction = models.TextField(_("what was corrected, and why"), blank=True)

    class Meta:
        verbose_name = _("edition of the report")
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["page", "revision"], name="edition_once_per_revision"),
            models.CheckConstraint(
                name="later_edition_says_why",
                condition=Q(number=1) | ~Q(correction=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.number}"

    @property
    def previous(self) -> "ReportEdition | None":
        return self.page.editions.filter(number=self.number - 1).first()

    @property
    def published_on(self):
        return timezone.localdate(self.published_at)

    @property
    def issue(self) -> Issue:
        return Issue(self.number, self.published_on, self.correction)

    @property
    def changed_numbers(self) -> list[tuple[str, int, int]]:
        """What this edition counts otherwise than the one before: name, before, now."""
        before = self.previous
        return summary.differences(before.snapshot.data, self.snapshot.data) if before else []

    def as_published(self) -> AdoptionReportPage:
        """The page with the content it had in this edition."""
        return self.revision.as_object()

    def is_as_it_was(self) -> bool:
        """Whether data, page and files still have the sums they were published with."""
        data = hashlib.sha256()
        for line in self.snapshot.data_lines():
            data.update(line)
        page = hashlib.sha256(self.page_content.encode())
        return (
            data.hexdigest() == self.data_sha256
            and page.hexdigest() == self.page_sha256
            and all(file.is_as_it_was() for file in self.files.filter(state=FileState.MADE))
        )

    @property
    def withheld(self) -> "Withholding | None":
        """Why the public cannot have it any more; None for one that everyone may read."""
        return getattr(self, "withholding", None)

    def shown_files(self) -> list["ReportFile"]:
        """In the order in which a reader wants them."""
        order = list(ReportFormat)
        return sorted(self.files.all(), key=lambda file: order.index(file.name))


class Withholding(models.Model):
    """An edition that was superseded is taken from the public, alone and with its reason: it is
    kept whole, its number, days and sums stay public. Written once (migration 0018).
    """

    edition = models.OneToOneField(
        ReportEdition, on_delete=models.PROTECT, related_name="withholding"
    )
    reason = models.CharField(
        _("reason"),
        max_length=300,
        help_text=_("Why the public cannot read it any more. Becomes public: name nobody."),
    )
    withheld_at = models.DateTimeField(_("withheld at"))
    withheld_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("edition withheld")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="withholding_says_why", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.reason}"

    @property
    def withheld_on(self):
        return timezone.localdate(self.withheld_at)


def private_storage():
    return storages["private"]


def random_name(file, name: str) -> str:
    """Under a name that says nothing, where no web server looks."""
    return f"reports/{secrets.token_hex(16)}"


class ReportFile(models.Model):
    """One file of an edition: made once after publication, by a job, and then only handed out."""

    edition = models.ForeignKey(ReportEdition, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=20, choices=ReportFormat)
    state = models.CharField(
        _("state"), max_length=12, choices=FileState, default=FileState.WAITING
    )
    file = models.FileField(storage=private_storage, upload_to=random_name, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of an edition")
        ordering = ["edition", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="edition_file_once"),
            models.CheckConstraint(
                name="made_file_has_its_sum",
                condition=~Q(state=FileState.MADE)
                | (~Q(file="") & ~Q(sha256="") & Q(made_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["edition"],
                condition=~Q(state=FileState.MADE),
                name="report_file_to_make",
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.name}"

    @property
    def title(self) -> str:
        """What is in it, for who chooses among the files."""
        return TITLES[ReportFormat(self.name)]

    @property
    def is_streamed(self) -> bool:
        """Whether it can be had before it is made: its lines are frozen already."""
        return self.name in STREAMED_FORMATS

    def is_as_it_was(self) -> bool:
        try:
            with self.file.open("rb") as content:
                return hashlib.file_digest(content, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False

    @property
    def is_made(self) -> bool:
        return self.state == FileState.MADE
