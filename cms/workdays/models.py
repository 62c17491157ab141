from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel

from .admin_forms import ArrangementForm


class Arrangement(ClusterableModel):
    """The State Council's notice on the holidays of one year (rulebook T6, T7)."""

    base_form_class = ArrangementForm

    year = models.PositiveSmallIntegerField(
        _("year"),
        unique=True,
        help_text=_("Entering the notice makes every date in this year final."),
    )
    notice_number = models.CharField(
        _("notice number"),
        max_length=100,
        help_text=_("As printed on the notice, for example 国办发明电〔××××〕×号."),
    )
    issued_on = models.DateField(_("issued on"))

    panels = [
        FieldPanel("year"),
        FieldPanel("notice_number"),
        FieldPanel("issued_on"),
        InlinePanel(
            "days",
            heading=_("Days"),
            label=_("Day"),
            min_num=1,
            help_text=_(
                "Enter every weekday that is a day off and every weekend day that is worked. "
                "All open time limits are counted anew when you save."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("holiday arrangement")
        verbose_name_plural = _("holiday arrangements")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__gte=2001, year__lte=2100),
                name="arrangement_year_is_a_year",
                violation_error_message=_("Enter a year between 2001 and 2100."),
            ),
            models.CheckConstraint(
                condition=~models.Q(notice_number=""),
                name="arrangement_names_its_notice",
                violation_error_message=_("Enter the number of the notice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.notice_number}"


class ArrangedDay(models.Model):
    """One day on which the arrangement departs from the weekday."""

    arrangement = ParentalKey(
        Arrangement,
        on_delete=models.CASCADE,
        related_name="days",
        verbose_name=_("holiday arrangement"),
    )
    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("worked"), default=False)
    name = models.CharField(_("name"), max_length=100, blank=True)

    panels = [FieldPanel("day"), FieldPanel("is_working"), FieldPanel("name")]

    class Meta:
        verbose_name = _("arranged day")
        verbose_name_plural = _("arranged days")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()
