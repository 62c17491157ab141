from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from ..enums import Channel, Verdict
from .consultations import ConsultationPage


class ReportSnapshot(models.Model):
    """The reviewed opinions as they stood when a report was made. Never changed."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="snapshots"
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    data = models.JSONField()
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("state of the opinions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.sha256[:12]}"


class AnnexRow(models.Model):
    """One line of the report's annex; no author, no contact (rulebook A8)."""

    snapshot = models.ForeignKey(ReportSnapshot, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=16, choices=Channel)
    text = models.TextField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["snapshot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="annex_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}"


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
        "foreword",
        InlinePanel("participation", heading=_("Other participation"), label=_("activity")),
        "expert_opinions",
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("foreword")]
    parent_page_types = ["consultation.DecisionPage"]
    subpage_types = []
    max_count_per_parent = 1
    column_type = ColumnType.CONSULTATION

    class Meta:
        verbose_name = _("adoption report")

    @cached_property
    def consultation(self) -> ConsultationPage | None:
        return self.snapshot.consultation if self.snapshot_id else None


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
