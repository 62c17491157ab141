"""What officers need for their work on opinions, besides the opinions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import Department

from ..enums import FINAL_VERDICTS, ChangeKind, CityScope
from .consultations import ConsultationPage
from .groups import OpinionGroup


class Tag(models.Model):
    """A word of the officers' own by which they find opinions again. Never public."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="opinion_tags"
    )
    name = models.CharField(_("tag"), max_length=50)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["consultation", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Advice(models.Model):
    """What somebody advises on an opinion or a group. It is not the verdict, and not public."""

    opinion = models.ForeignKey(
        "consultation.Opinion",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="advice",
    )
    group = models.ForeignKey(
        OpinionGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="advice"
    )
    text = models.TextField(_("advice"))
    verdict = models.CharField(
        _("advises"),
        max_length=16,
        choices=[(v.value, v.label) for v in FINAL_VERDICTS],
        blank=True,
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="advice_is_about_one_thing",
                condition=Q(opinion=None) ^ Q(group=None),
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class StandardWording(models.Model):
    """统一口径: a reason that was worded once, to be used again, with its author."""

    title = models.CharField(_("what it is for"), max_length=100)
    text = models.TextField(_("text"))
    verdict = models.CharField(
        _("verdict"),
        max_length=16,
        choices=[(v.value, v.label) for v in FINAL_VERDICTS],
        blank=True,
        help_text=_("Offered with this verdict first; empty: with any."),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Empty: for all departments."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        editable=False,
    )
    written_at = models.DateTimeField(_("written at"), editable=False)
    in_use = models.BooleanField(_("in use"), default=True)

    panels = ["title", "text", "verdict", "department", "in_use"]

    class Meta:
        verbose_name = _("standard wording")
        verbose_name_plural = _("standard wordings")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class BulkChange(models.Model):
    """One action on many opinions, which can be undone."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="bulk_changes"
    )
    kind = models.CharField(_("what was done"), max_length=10, choices=ChangeKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    count = models.PositiveIntegerField(_("opinions"), default=0)
    ended_group = models.JSONField(null=True, editable=False)  # as it was, to be set up again
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("bulk action")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.count})"


class BulkChangeRow(models.Model):
    """How one opinion was before; undone only while nobody has touched it since."""

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    opinion = models.ForeignKey("consultation.Opinion", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField()
    version_after = models.PositiveIntegerField()

    class Meta:
        ordering = ["opinion_id"]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.opinion_id}"


class EnteredByHand(models.Model):
    """When, by whom, and under which number there something was entered in the city's system."""

    entered_on = models.DateField(_("entered on"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    city_number = models.CharField(
        _("number given by the city's system"), max_length=100, blank=True
    )

    class Meta:
        abstract = True


class CityEntry(EnteredByHand):
    """The consultation as a package for the city's suggestion system; entered by hand (C7)."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="city_entries"
    )
    scope = models.CharField(
        _("which opinions"), max_length=10, choices=CityScope, default=CityScope.ALL
    )
    suggestions = models.PositiveIntegerField(_("suggestions"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64)
    exported_at = models.DateTimeField(_("exported at"))
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("entry in the city's suggestion system")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="city_entry_says_who_and_when",
                condition=Q(entered_on=None, entered_by=None)
                | Q(entered_on__isnull=False, entered_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.exported_at:%F}"


class CityRow(EnteredByHand):
    """A suggestion of a package, under its number there, and whether it has been entered."""

    entry = models.ForeignKey(CityEntry, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("No."))
    opinion = models.ForeignKey(
        "consultation.Opinion", on_delete=models.PROTECT, related_name="city_rows"
    )

    class Meta:
        verbose_name = _("suggestion for the city's system")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="city_row_number_once"),
            models.CheckConstraint(
                name="city_row_says_who_and_when",
                condition=Q(entered_on=None, entered_by=None, city_number="")
                | Q(entered_on__isnull=False, entered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.number}"
