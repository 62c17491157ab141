from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage, SiteFacts

from .. import annex
from ..enums import Channel, Verdict
from ..report.document import Document, Issue, assemble
from .consultations import ConsultationPage
from .opinions import Opinion, OpinionGroup

ANNEX_ROWS = 50
FAULTS = {
    "undecided": _("Some opinions have no verdict yet."),
    "group_undecided": _("A concentrated group has no verdict yet."),
    "unsigned": _("A concentrated opinion that was not adopted lacks the second signature."),
    "unreasoned": _("A concentrated opinion that was not adopted has no reason."),
    "unbalanced": _("The numbers do not add up."),
}


class ReportSnapshotManager(models.Manager):
    def reading_of(self, consultation: ConsultationPage) -> Iterator[tuple[annex.Line, Opinion]]:
        """Every line of the annex as it stands now, with its opinion; streams."""
        return annex.lines_of(Opinion.objects.for_annex(consultation))

    def standing_of(self, consultation: ConsultationPage) -> annex.Standing:
        """Totals, groups and names of articles as they are now."""
        totals = Opinion.objects.filter(consultation=consultation).totals()
        groups = OpinionGroup.objects.filter(consultation=consultation).counted()
        return annex.Standing(
            totals=totals,
            groups=annex.group_facts(groups, totals.counted, consultation.threshold),
            article_names=consultation.article_names(),
        )

    def facts_of(self, consultation: ConsultationPage) -> dict:
        """The facts as they are now, counted in the database: those a snapshot would freeze."""
        counted = Opinion.objects.filter(consultation=consultation).counted()
        return annex.facts(self.standing_of(consultation), counted.tally())

    def digest_of(self, consultation: ConsultationPage) -> str:
        """The digest that a snapshot made now would have; streams every opinion."""
        reading = annex.Reading()
        for line, opinion in self.reading_of(consultation):
            reading.add(line, opinion)
        return reading.close(self.standing_of(consultation))[1]


class ReportSnapshot(models.Model):
    """The reviewed opinions as they stood when a report was made. Never changed: the database
    refuses it from the moment it has its sum (migration 0015).
    """

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="snapshots"
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    data = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64)

    objects = ReportSnapshotManager()

    class Meta:
        verbose_name = _("state of the opinions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.sha256[:12]}"

    def data_lines(self) -> Iterator[bytes]:
        """The data of the report as it is published: their SHA-256 is the one it prints."""
        for row in self.rows.iterator(chunk_size=2000):
            yield annex.canonical(vars(row.line))
        yield annex.canonical(self.data)


class AnnexRow(models.Model):
    """One line of the report's annex; no author, no contact (rulebook A8)."""

    snapshot = models.ForeignKey(ReportSnapshot, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=16, choices=Channel)
    text = models.TextField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    reason = models.TextField(blank=True)
    article = models.CharField(max_length=150, blank=True)
    group = models.CharField(max_length=200, blank=True)
    changed_articles = models.JSONField(default=list)
    # So that an author finds the own line; never shown, and empty once the opinion is gone.
    opinion = models.ForeignKey(
        Opinion, on_delete=models.SET_NULL, null=True, related_name="annex_rows"
    )

    class Meta:
        ordering = ["snapshot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="annex_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def line(self) -> annex.Line:
        return annex.Line(
            number=self.number,
            channel=self.channel,
            text=self.text,
            verdict=self.verdict,
            reason=self.reason,
            article=self.article,
            group=self.group,
            changed_articles=self.changed_articles,
        )


class AdoptionReportPage(BasePage):
    """意见采纳情况反馈: what became of the people's opinions, and why (page outline 5.3)."""

    snapshot = models.ForeignKey(
        ReportSnapshot, on_delete=models.PROTECT, related_name="reports", null=True, blank=True
    )
    issued_on = models.DateField(_("decision issued on"), null=True, blank=True)
    due_on = models.DateField(_("to be published by"), null=True, blank=True)
    lateness_reason = models.TextField(
        _("reason for lateness"), blank=True, help_text=_("Printed on the page. Becomes public.")
    )
    correction = models.TextField(
        _("what was corrected, and why"),
        blank=True,
        help_text=_(
            "Only for a report that is public already: it stays readable as it was, and the new "
            "one says what has changed. Becomes public."
        ),
    )
    addressees = models.CharField(
        _("addressees (主送)"), max_length=255, blank=True, help_text=_("Printed in the document.")
    )
    copied_to = models.CharField(
        _("copied to (抄送)"), max_length=255, blank=True, help_text=_("Printed at its foot.")
    )
    printed_by = models.CharField(
        _("printed by (印发机关)"), max_length=100, blank=True, help_text=_("Printed at its foot.")
    )
    foreword = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("foreword"),
        help_text=_("Empty: the standard foreword is printed."),
    )
    expert_opinions = StreamField(
        BodyBlock(), blank=True, verbose_name=_("adoption of expert opinions")
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("snapshot", read_only=True),
        FieldRowPanel(
            [FieldPanel("issued_on", read_only=True), FieldPanel("due_on", read_only=True)]
        ),
        "lateness_reason",
        "correction",
        "foreword",
        InlinePanel("participation", heading=_("Other participation"), label=_("activity")),
        "expert_opinions",
        MultiFieldPanel(
            ["addressees", FieldRowPanel(["copied_to", "printed_by"])],
            heading=_("As an official document"),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("foreword")]
    parent_page_types = ["consultation.DecisionPage"]
    subpage_types = []
    max_count_per_parent = 1
    # Made from the opinions (actions.reports.make_report), never from an empty form.
    is_creatable = False
    column_type = ColumnType.CONSULTATION

    class Meta:
        verbose_name = _("adoption report")

    @cached_property
    def consultation(self) -> ConsultationPage | None:
        return self.snapshot.consultation if self.snapshot_id else None

    def shown_files(self):
        """The frozen opinions are shown like a file: the review holds for them too."""
        frozen = (
            [(f"consultation.reportsnapshot:{self.snapshot_id}", self.snapshot.sha256)]
            if self.snapshot_id
            else []
        )
        return super().shown_files() + frozen

    @cached_property
    def original(self) -> "AdoptionReportPage":
        """The page in the first language: the editions are kept there."""
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return self
        translations = AdoptionReportPage.objects.filter(translation_key=self.translation_key)
        return translations.filter(locale__language_code=settings.LANGUAGE_CODE).first() or self

    @cached_property
    def kept_editions(self) -> list:
        """Every edition that was published, the latest first, with its files."""
        editions = self.original.editions.select_related("snapshot", "withholding")
        return list(editions.prefetch_related("files").order_by("-number"))

    @property
    def last_edition(self):
        return self.kept_editions[0] if self.kept_editions else None

    @property
    def shown_edition(self):
        """The edition that has exactly this content; None until it has been kept."""
        last = self.last_edition
        if last is None or last.snapshot_id != self.snapshot_id:
            return None
        is_kept = self.original is not self or last.revision_id == self.live_revision_id
        return last if is_kept or last.page_sha256 == self.content_digest() else None

    def is_corrected_without_saying(self) -> bool:
        """A report that is public stays as it is; another content says what it corrects. A
        translation is no edition: it helps to read the one that is.
        """
        last = self.last_edition
        if last is None or self.original is not self or last.page_sha256 == self.content_digest():
            return False
        return self.correction.strip() in ("", last.correction.strip())

    def publication_problems(self):
        problems = super().publication_problems()
        if not self.snapshot_id:
            return [*problems, Problem(_t("The report has not been made from the opinions."))]
        if self.is_corrected_without_saying():
            text = _t("This report is public: say what the new edition corrects, and why.")
            problems.append(Problem(text, "correction"))
        problems += [Problem(str(FAULTS[code])) for code in annex.faults(self.snapshot.data)]
        if self._shows_something_new():
            problems += self._problems_of_a_new_report(timezone.now())
        return problems

    def _problems_of_a_new_report(self, at) -> list[Problem]:
        problems = []
        if self.consultation.closes_at and at < self.consultation.closes_at:
            problems.append(Problem(_t("The consultation is still open.")))
        if ReportSnapshot.objects.digest_of(self.consultation) != self.snapshot.sha256:
            text = _t("Opinions or verdicts have changed since: make the report again.")
            problems.append(Problem(text))
        if self.is_late(timezone.localdate(at)) and not self.lateness_reason.strip():
            text = _t("The report is late: the reason for lateness is missing.")
            problems.append(Problem(text, "lateness_reason"))
        return problems

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """What is public, or was, is not written over by an editor left open: a new one begins."""
        if overwrite_revision is not None and self._was_published(overwrite_revision):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def _was_published(self, revision) -> bool:
        is_live = revision.pk == self.live_revision_id
        return is_live or self.editions.filter(revision=revision).exists()

    @property
    def published_on(self):
        return timezone.localdate(self.first_published_at) if self.first_published_at else None

    @property
    def was_late(self) -> bool:
        """Whether the report was; a translation may come later, and is no report of its own."""
        return self._came_late() and self.original._came_late()

    def _came_late(self) -> bool:
        return self.published_on is not None and self.is_late(self.published_on)

    def get_context(self, request, *args, edition=None, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        if not self.snapshot_id:
            return context
        if edition is None and self.live and not getattr(request, "is_preview", False):
            edition = self.shown_edition
        rows = Paginator(self.snapshot.rows.all(), ANNEX_ROWS).get_page(request.GET.get("page"))
        report = self.document((row.line for row in rows), self._issue(request, edition))
        return {**context, "report": report, "annex": rows, "edition": edition}

    def document(self, lines: Iterable[annex.Line], issue: Issue | None = None) -> Document:
        """What every output of this report prints, with these lines of its annex."""
        return assemble(self, self.snapshot.data, lines, self.organ_name, issue)

    @property
    def organ_name(self) -> str:
        """The body whose name stands at the head of the document."""
        site = self.get_site()
        return SiteFacts.for_site(site).display_sponsor if site else ""

    def _issue(self, request, edition) -> Issue | None:
        if edition is not None:
            return edition.issue
        if not self.live or getattr(request, "is_preview", False):
            return None
        return Issue(published_on=timezone.localdate(self.last_published_at))

    def is_late(self, day) -> bool:
        return self.due_on is not None and day > self.due_on

    def _shows_something_new(self) -> bool:
        shown = AdoptionReportPage.objects.filter(pk=self.pk, live=True)
        return self.snapshot_id not in shown.values_list("snapshot_id", flat=True)


class Participation(TranslatableMixin, Orderable):
    """One way in which the public took part, besides the opinions counted by the site (C3)."""

    page = ParentalKey(AdoptionReportPage, on_delete=models.CASCADE, related_name="participation")
    way = models.CharField(_("way"), max_length=100)
    held_when = models.CharField(_("time"), max_length=100)
    people = models.PositiveIntegerField(_("people or papers"), null=True, blank=True)
    opinions = models.PositiveIntegerField(_("opinions"), null=True, blank=True)

    panels = ["way", FieldRowPanel(["held_when", "people", "opinions"])]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("activity")

    def __str__(self) -> str:
        return self.way
