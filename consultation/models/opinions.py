from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.intake.models import Receipt

from ..enums import NEEDS_REASON, Channel, Identity, ImportState, Verdict
from ..rules import Totals
from .consultations import ConsultationPage


class OpinionGroupQuerySet(models.QuerySet):
    def with_counts(self):
        counted = Q(opinions__withdrawn_at__isnull=True)
        return self.annotate(count=models.Count("opinions", filter=counted))


class OpinionGroup(models.Model):
    """较为集中意见: opinions that say the same, answered together (plan 2023, III.1)."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="opinion_groups"
    )
    title = models.CharField(_("what they say"), max_length=200)
    verdict = models.CharField(
        _("verdict"), max_length=16, choices=Verdict, default=Verdict.PENDING
    )
    reason = models.TextField(_("reason, becomes public"), blank=True)
    changed_articles = models.CharField(_("changed articles"), max_length=200, blank=True)

    objects = OpinionGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of opinions")
        verbose_name_plural = _("groups of opinions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "title"], name="group_title_once_per_consultation"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ImportBatch(models.Model):
    """A file of opinions from another channel: checked first, imported whole or not at all."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="import_batches"
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    channel = models.CharField(_("way"), max_length=16, choices=Channel)
    source = models.CharField(_("source and licence"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=ImportState)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    faults = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    imported_at = models.DateTimeField(_("imported at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name


class OpinionQuerySet(models.QuerySet):
    def counted(self):
        return self.filter(withdrawn_at__isnull=True)

    def undecided(self):
        return self.counted().filter(verdict=Verdict.PENDING)

    def totals(self) -> Totals:
        """The numbers of a report, counted in the database in one query."""
        counted = Q(withdrawn_at__isnull=True)
        numbers = self.aggregate(
            received=models.Count("pk", counted),
            withdrawn=models.Count("pk", ~counted),
            **{f"v_{v}": models.Count("pk", counted & Q(verdict=v)) for v in Verdict.values},
            **{f"c_{c}": models.Count("pk", counted & Q(channel=c)) for c in Channel.values},
        )
        return Totals(
            received=numbers["received"],
            withdrawn=numbers["withdrawn"],
            by_verdict={v: numbers[f"v_{v}"] for v in Verdict.values},
            by_channel={c: numbers[f"c_{c}"] for c in Channel.values},
        )

    def for_annex(self, consultation: ConsultationPage) -> Iterator["Opinion"]:
        """Every opinion that counts, in the order it came, without its author; streamed."""
        return (
            self.filter(consultation=consultation)
            .counted()
            .order_by("pk")
            .only("pk", "channel", "text", "verdict", "verdict_reason")
            .iterator(chunk_size=2000)
        )

    def seen_by(self, user):
        """A department officer sees the opinions on the consultations of the own department."""
        if user.department_id is None or user.is_superuser:
            return self
        return self.filter(consultation__department_id=user.department_id)


class Opinion(models.Model):
    """What one person said about one draft, or one article of it. Private; counted in public."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="opinions"
    )
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="opinion"
    )
    article_key = models.CharField(max_length=36, blank=True)
    article_label = models.CharField(_("article"), max_length=150, blank=True)
    text = models.TextField(_("opinion"))
    reasons = models.TextField(_("reasons"), blank=True)
    identity = models.CharField(_("identity"), max_length=20, choices=Identity, blank=True)
    channel = models.CharField(_("way"), max_length=16, choices=Channel, default=Channel.WEB)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    received_at = models.DateTimeField(_("received at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    external_key = models.CharField(max_length=100, blank=True)
    group = models.ForeignKey(
        OpinionGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("group of opinions"),
    )
    verdict = models.CharField(
        _("verdict"), max_length=16, choices=Verdict, default=Verdict.PENDING
    )
    verdict_reason = models.TextField(_("reason, becomes public"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["consultation", "pk"]
        indexes = [
            models.Index(fields=["consultation", "id"], name="opinion_desk"),
            models.Index(fields=["consultation", "verdict", "id"], name="opinion_by_verdict"),
            models.Index(fields=["consultation", "channel", "id"], name="opinion_by_channel"),
            # Few are: what counts is all of them less these, without reading any row.
            models.Index(
                fields=["consultation", "verdict"],
                condition=Q(withdrawn_at__isnull=False),
                name="opinion_withdrawn",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="verdict_needs_its_reason",
                condition=~Q(verdict__in=sorted(NEEDS_REASON)) | ~Q(verdict_reason=""),
            ),
            models.CheckConstraint(
                name="decided_opinion_says_when",
                condition=Q(verdict=Verdict.PENDING) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(name="opinion_says_something", condition=~Q(text="")),
            models.UniqueConstraint(
                fields=["consultation", "external_key"],
                condition=~Q(external_key=""),
                name="imported_opinion_once",
            ),
        ]
        permissions = [
            ("decide_opinion", _("Can give verdicts")),
            ("enter_opinion", _("Can enter and import opinions from other channels")),
            ("record_decision", _("Can record decisions")),
            ("make_report", _("Can make adoption reports")),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def is_late(self) -> bool:
        closes_at = self.consultation.closes_at
        return closes_at is not None and self.received_at >= closes_at


class OpinionAddition(models.Model):
    """What the author added before the period closed."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="additions")
    text = models.TextField(_("addition"))
    added_at = models.DateTimeField(_("added at"))
    submission_key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("addition")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]
