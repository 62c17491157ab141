import uuid
from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department
from cms.intake.models import Receipt

from ..enums import NEEDS_REASON, WITHDRAWN, Channel, Identity, Verdict
from ..rules import SHANGHAI
from ..totals import Totals, text_outcome
from .consultations import ConsultationPage
from .groups import Campaign, OpinionGroup
from .imports import ImportBatch
from .versions import DraftVersion
from .work import Tag


class OpinionQuerySet(models.QuerySet):
    def counted(self):
        """What can have a verdict: not withdrawn, and not itself divided into points."""
        return self.filter(withdrawn_at__isnull=True).exclude(verdict=Verdict.SPLIT)

    def points(self):
        """What is counted one by one, the withdrawn among them."""
        return self.exclude(verdict=Verdict.SPLIT)

    def texts(self):
        """What somebody handed in, whole."""
        return self.filter(part_of=None)

    def undecided(self):
        return self.counted().filter(verdict=Verdict.PENDING)

    def totals(self) -> Totals:
        """The numbers of a report, counted in the database in five queries.

        Of one consultation, not filtered further: a text is counted with all its points.
        """
        points = self._points_by_outcome()
        return Totals(points, self._texts_by_outcome(points), self._people())

    def _points_by_outcome(self) -> dict[tuple[str, str], int]:
        """(way, outcome) → how many; reads indexes and no row."""
        rows = self.order_by().points().values_list("channel", "verdict")
        cells = {(way, verdict): n for way, verdict, n in rows.annotate(n=models.Count("*"))}
        taken_back = rows.filter(withdrawn_at__isnull=False)
        for way, verdict, count in taken_back.annotate(n=models.Count("*")):
            cells[way, verdict] -= count
            cells[way, WITHDRAWN] = cells.get((way, WITHDRAWN), 0) + count
        return cells

    def _texts_by_outcome(self, points: dict) -> dict[tuple[str, str], int]:
        """As the points, but each divided text once, by what its points came to; few are."""
        cells = dict(points)
        outcomes: dict[tuple[int, str], set[str]] = {}
        parts = self.filter(part_of__isnull=False).order_by()
        rows = parts.values_list("part_of", "channel", "verdict", "withdrawn_at")
        for whole, way, verdict, withdrawn_at in rows.iterator(chunk_size=5000):
            outcome = WITHDRAWN if withdrawn_at else verdict
            cells[way, outcome] -= 1
            outcomes.setdefault((whole, way), set()).add(outcome)
        for (_whole, way), found in outcomes.items():
            cell = (way, text_outcome(found))
            cells[cell] = cells.get(cell, 0) + 1
        return cells

    def _people(self) -> dict[str, int]:
        texts = self.texts().order_by()
        people = models.Count("person", distinct=True)
        rows = texts.values_list("channel").annotate(people=people)
        return {"": texts.aggregate(people=people)["people"], **dict(rows)}

    def tally(self) -> dict:
        """By article and verdict, and by day of arrival: as `annex.Tally` counts lines."""
        articles: dict[str, dict[str, int]] = {}
        rows = self.order_by().values_list("article_label", "verdict")
        for article, verdict, count in rows.annotate(n=models.Count("*")):
            articles.setdefault(article, {})[verdict] = count
        day = TruncDate("received_at", tzinfo=SHANGHAI)
        days = self.order_by().annotate(day=day).values_list("day").annotate(n=models.Count("*"))
        return {
            "articles": articles,
            "days": {each.isoformat(): count for each, count in days.order_by("day")},
        }

    def for_annex(self, consultation: ConsultationPage) -> Iterator["Opinion"]:
        """Every opinion that counts, in the order it came, without its author; streamed."""
        return (
            self.filter(consultation=consultation)
            .counted()
            .order_by("pk")
            .select_related("group")
            .only(
                "channel",
                "article_key",
                "article_label",
                "text",
                "reasons",
                "verdict",
                "verdict_reason",
                "changed_articles",
                "received_at",
                "group__title",
            )
            .prefetch_related("additions")
            .iterator(chunk_size=2000)
        )


class Opinion(models.Model):
    """What one person said about one draft, or one article of it. Private; counted in public.

    One that makes several points is divided: the parts are opinions of their own that point to
    the whole, which keeps the receipt and the author's words and has no verdict any more.
    """

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="opinions"
    )
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="opinion"
    )
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("point of"),
    )
    part_number = models.PositiveSmallIntegerField(_("point"), null=True, blank=True)
    # Tells whether two texts came from one person; says nothing of who that is.
    person = models.UUIDField(default=uuid.uuid4, editable=False)
    draft_version = models.ForeignKey(
        DraftVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("version of the draft"),
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
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("copied text"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="opinions", verbose_name=_("tags"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    handed_to = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed for advice to"),
    )
    work_due_on = models.DateField(_("to be worked on by"), null=True, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=16, choices=Verdict, default=Verdict.PENDING
    )
    verdict_reason = models.TextField(_("reason, becomes public"), blank=True)
    changed_articles = models.JSONField(_("changed articles"), default=list, blank=True)
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
            # With the verdict in it, the numbers of a report are counted without reading a row.
            models.Index(
                fields=["consultation", "channel", "verdict", "id"], name="opinion_by_way"
            ),
            models.Index(
                fields=["group", "id"], condition=Q(group__isnull=False), name="opinion_in_group"
            ),
            # A group is counted every way without reading a row.
            models.Index(
                fields=["group", "person"],
                include=[
                    "verdict",
                    "withdrawn_at",
                    "channel",
                    "campaign",
                    "part_of",
                    "id",
                ],
                condition=Q(group__isnull=False),
                name="opinion_group_people",
            ),
            models.Index(
                fields=["assignee", "consultation", "id"],
                include=["verdict", "withdrawn_at"],
                condition=Q(assignee__isnull=False),
                name="opinion_assigned",
            ),
            models.Index(
                fields=["consultation", "work_due_on", "id"],
                include=["verdict", "withdrawn_at"],
                condition=Q(work_due_on__isnull=False),
                name="opinion_due",
            ),
            models.Index(
                fields=["consultation", "decided_at"],
                condition=Q(decided_at__isnull=False),
                name="opinion_decided",
            ),
            models.Index(
                fields=["handed_to", "consultation", "id"],
                condition=Q(handed_to__isnull=False),
                name="opinion_handed_over",
            ),
            # Few are: what counts is all of them less these, without reading any row.
            models.Index(
                fields=["consultation", "channel", "verdict"],
                condition=Q(withdrawn_at__isnull=False),
                name="opinion_taken_back",
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
            models.CheckConstraint(
                name="part_has_its_number",
                condition=Q(part_of=None, part_number=None)
                | Q(part_of__isnull=False, part_number__isnull=False),
            ),
            models.CheckConstraint(
                name="part_is_not_divided_again",
                condition=Q(part_of=None) | ~Q(verdict=Verdict.SPLIT),
            ),
            models.UniqueConstraint(fields=["part_of", "part_number"], name="part_number_once"),
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
            ("advise_opinion", _("Can give advice on opinions")),
            ("countersign_group", _("Can countersign what is not adopted")),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def is_late(self) -> bool:
        closes_at = self.consultation.closes_at
        return closes_at is not None and self.received_at >= closes_at

    @property
    def is_split(self) -> bool:
        return self.verdict == Verdict.SPLIT

    @property
    def whole(self) -> "Opinion":
        """The text that somebody handed in: itself, or what it is a point of."""
        return self.part_of if self.part_of_id else self


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
