from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel
from wagtail.search import index

from cms.pages.blocks import BodyBlock
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .freshness import FreshMixin


class OpenDayIndexPage(BasePage):
    """政府开放日: the column under which the years stand (rulebook O5)."""

    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*BasePage.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["events.OpenDayPage"]
    is_article = False
    needs_release = False

    class Meta:
        verbose_name = _("open day column")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        years = OpenDayPage.objects.child_of(self).live().public().order_by("-year")
        return {**context, "years": years}


class OpenDayPage(FreshMixin, BasePage):
    """The open day or open month of one year, with its theme (plan 2023, III.3; rulebook O2)."""

    # Not unique: its translation is a second row with the same year.
    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(
        _("theme of the year"), max_length=100, blank=True, help_text=_("Becomes public.")
    )
    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel(["year", "theme"]),
        "introduction",
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("theme"),
        index.SearchField("introduction"),
    ]
    parent_page_types = ["events.OpenDayIndexPage"]
    subpage_types = ["events.ActivityPage"]

    class Meta:
        verbose_name = _("open day of a year")
