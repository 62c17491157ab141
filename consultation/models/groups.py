from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import UNFINISHED, ReadingStage, RunState, SuggestionState, Verdict
from ..rules import GroupGone
from .consultations import ConsultationPage

REFUSED = models.Count("pk", filter=Q(verdict=Verdict.NOT_ADOPTED))


class OpinionGroupQuerySet(models.QuerySet):
    def counted(self, *, people: bool = True) -> list["OpinionGroup"]:
        """Each with its number of points, of people and of points refused, less what was
        withdrawn; the largest first. One reading of an index, however many members there are.

        Without ``people`` each point counts as one person's, which is much the faster.
        """
        groups, count = list(self), self._by_person if people else self._by_point
        numbers = count([group.pk for group in groups]) if groups else {}
        for group in groups:
            group.people, group.count, group.refused = numbers.get(group.pk, (0, 0, 0))
        return sorted(groups, key=lambda group: (-group.count, group.pk))

    def _members(self, keys: list[int]) -> models.QuerySet:
        opinions = self.model._meta.get_field("opinions").related_model.objects
        return opinions.filter(group__in=keys, withdrawn_at=None).order_by()

    def _by_point(self, keys: list[int]) -> dict[int, tuple[int, int, int]]:
        counts = self.model._meta.get_field("opinion_counts").related_model.objects
        cells = counts.filter(group__in=keys, withdrawn=False).order_by()
        number = models.Sum("number")
        refused = models.Sum("number", filter=Q(verdict=Verdict.NOT_ADOPTED), default=0)
        rows = cells.values_list("group").annotate(n=number, refused=refused)
        return {group: (points, points, refused) for group, points, refused in rows}

    def _by_person(self, keys: list[int]) -> dict[int, tuple[int, int, int]]:
        """Group → people, points, points refused. Each person's points first, as the index has
        them: counting distinct people in one step would sort all members.
        """
        people = self._members(keys).values("group", "person")
        people = people.annotate(n=models.Count("*"), refused=REFUSED)
        inner, values = people.query.sql_with_params()
        counts = 'SELECT "group", COUNT(*), SUM(n), SUM(refused)'
        sql = f'{counts} FROM ({inner}) AS people GROUP BY "group"'
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return {row[0]: tuple(int(number) for number in row[1:]) for row in cursor}

    def locked(self, key: int) -> "OpinionGroup":
        """The group, held until the end of the transaction. Raises GroupGone."""
        group = self.select_for_update(of=("self",)).filter(pk=key).first()
        if group is None:
            raise GroupGone
        return group


class OpinionGroup(models.Model):
    """较为集中意见: opinions that say the same, answered together (plan 2023, III.1)."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="opinion_groups"
    )
    title = models.CharField(_("what they say"), max_length=200)
    phrases = models.JSONField(_("shared phrases"), default=list, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=16, choices=Verdict, default=Verdict.PENDING
    )
    reason = models.TextField(_("reason, becomes public"), blank=True)
    changed_articles = models.JSONField(_("changed articles"), default=list, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("countersigned by"),
    )
    countersigned_at = models.DateTimeField(_("countersigned at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OpinionGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of opinions")
        verbose_name_plural = _("groups of opinions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "title"], name="group_title_once_per_consultation"
            ),
            models.CheckConstraint(
                name="group_is_countersigned_by_another",
                condition=Q(countersigned_by=None)
                | Q(decided_by=None)
                | ~Q(countersigned_by=models.F("decided_by")),
            ),
            models.CheckConstraint(
                name="group_countersignature_says_when",
                condition=Q(countersigned_by=None, countersigned_at=None)
                | Q(countersigned_by__isnull=False, countersigned_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Campaign(models.Model):
    """Texts that are the same but for a few words: a copied letter, found as such."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="campaigns"
    )
    excerpt = models.CharField(_("beginning of the text"), max_length=200)

    class Meta:
        verbose_name = _("copied text")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.excerpt[:40]


class GroupingRun(models.Model):
    """One reading of all opinions for what they have in common; off the web process."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="grouping_runs"
    )
    suggester = models.CharField(_("suggested by"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for"))
    alive_at = models.DateTimeField(_("last sign of life"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    cancel_asked = models.BooleanField(default=False)
    stage = models.CharField(_("stage"), max_length=40, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    texts = models.PositiveIntegerField(_("opinions read"), default=0)
    # What it read: opinions up to this number, and how many there were then.
    read_up_to = models.BigIntegerField(null=True, editable=False)
    rows_read = models.PositiveIntegerField(default=0, editable=False)
    error = models.CharField(_("error"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("run of the grouping")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(state__in=UNFINISHED),
                name="one_unfinished_run_per_consultation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.get_state_display()}"

    @property
    def is_automatic(self) -> bool:
        """Begun by nobody, because new opinions came."""
        return self.started_by_id is None

    @property
    def stage_name(self) -> str:
        """What it is doing, in words; as the suggester calls it when it has stages of its own."""
        return str(dict(ReadingStage.choices).get(self.stage, self.stage))


class GroupSuggestion(models.Model):
    """What the reading found: a new group, or more members of an existing one. Binds nobody."""

    run = models.ForeignKey(GroupingRun, on_delete=models.CASCADE, related_name="suggestions")
    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="group_suggestions"
    )
    group = models.ForeignKey(
        OpinionGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="suggestions"
    )
    label = models.CharField(_("what they say"), max_length=200)
    phrases = models.JSONField(_("shared phrases"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=SuggestionState, default=SuggestionState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("suggested group")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["consultation", "state", "id"], name="suggestion_by_state")
        ]

    def __str__(self) -> str:
        return self.label


class SuggestedMember(models.Model):
    """An opinion that a suggestion would put into its group."""

    suggestion = models.ForeignKey(
        GroupSuggestion, on_delete=models.CASCADE, related_name="members"
    )
    opinion = models.ForeignKey(
        "consultation.Opinion", on_delete=models.CASCADE, related_name="suggested"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "opinion"], name="suggested_once_per_suggestion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.suggestion}: {self.opinion_id}"


class GroupRefusal(models.Model):
    """A person took this opinion out of the group, or kept it out: it is not offered again."""

    opinion = models.ForeignKey(
        "consultation.Opinion", on_delete=models.CASCADE, related_name="group_refusals"
    )
    group = models.ForeignKey(OpinionGroup, on_delete=models.CASCADE, related_name="refusals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opinion", "group"], name="refused_once_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} not in {self.group_id}"
