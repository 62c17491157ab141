from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from . import kinds
from .enums import FULFILLED, OPEN, Cause, Level, SegmentKind, State


def content_type_of(subject: models.Model) -> ContentType:
    """A page has one content type, whether it was loaded as itself or as a plain page."""
    if isinstance(subject, Page):
        return subject.cached_content_type
    return ContentType.objects.get_for_model(subject)


class DutyQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN)

    def running(self):
        return self.filter(state=State.RUNNING)

    def about(self, subject: models.Model):
        return self.filter(content_type=content_type_of(subject), object_id=subject.pk)

    def most_urgent_first(self):
        closed = Case(When(state__in=OPEN, then=Value(0)), default=Value(1))
        return self.order_by(closed, "due_on", "pk")


class Duty(models.Model):
    """What is owed by when: a legal deadline, counted from an event and never typed."""

    kind = models.SlugField(_("kind"), max_length=50)
    event = models.SlugField(_("event that started it"), max_length=50, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("department"),
    )
    title = models.CharField(_("title"), max_length=255)
    started_on = models.DateField(_("started on"))
    working_days = models.PositiveSmallIntegerField(_("working days"))
    due_on = models.DateField(_("due on"), db_index=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    met_on = models.DateField(_("met on"), null=True, blank=True)
    lateness_reason = models.TextField(_("reason for the lateness"), blank=True)
    cancelled_because = models.TextField(_("reason for cancelling"), blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id"], name="duty_once_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("started_on")), name="duty_due_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FULFILLED, met_on__isnull=False)
                | ~Q(state__in=FULFILLED) & Q(met_on__isnull=True),
                name="duty_met_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MET) | Q(met_on__lte=F("due_on")),
                name="duty_met_is_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MET_LATE) | Q(met_on__gt=F("due_on")),
                name="duty_met_late_is_late",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def definition(self) -> kinds.DutyKind:
        return kinds.get(self.kind)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Segment(models.Model):
    """A stretch of a duty's clock: running, paused, or counted anew."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="segments")
    kind = models.CharField(max_length=10, choices=SegmentKind.choices)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="segment_ends_after_its_start",
            ),
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(ended_on__isnull=True),
                name="segment_one_open_per_duty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_on} – {self.ended_on or ''}"


class DueDateChange(models.Model):
    """A due date that moved: from when to when, and why."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="due_date_changes")
    old = models.DateField(_("due before"))
    new = models.DateField(_("due after"))
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Warning(models.Model):
    """A warning owed to the department. Unsent until `sent_at`, so a missed night loses none."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="warnings")
    due_on = models.DateField(_("due on"))
    working_days_left = models.PositiveSmallIntegerField(_("working days left"))
    falls_on = models.DateField(_("falls on"))
    level = models.CharField(_("recipient"), max_length=10, choices=Level.choices)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        ordering = ["falls_on", "pk"]
        constraints = [
            # A due date that moves is warned of again.
            models.UniqueConstraint(
                fields=["duty", "due_on", "working_days_left", "level"], name="warning_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} · {self.falls_on}"
