from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from ..blocks import PhotosBlock, SuggestionsBlock
from .activities import REPORT_SLUG, ActivityPage


class ActivityReportPage(BasePage):
    """活动集锦: what the day was like and what came of it (rulebook O5, O8)."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("report"))
    photos = StreamField(PhotosBlock(), blank=True, verbose_name=_("photos"))
    suggestions = StreamField(
        SuggestionsBlock(), blank=True, verbose_name=_("suggestions and what became of them")
    )
    lateness_reason = models.TextField(
        _("reason for being late"),
        blank=True,
        help_text=_("Needed when the report is published after its due date."),
    )

    content_panels = [
        *BasePage.content_panels,
        "body",
        "photos",
        "suggestions",
        "lateness_reason",
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("suggestions"),
    ]
    parent_page_types = ["events.ActivityPage"]
    subpage_types = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("activity report")

    def full_clean(self, *args, **kwargs):
        # One report has one address, whatever its title.
        self.slug = REPORT_SLUG
        super().full_clean(*args, **kwargs)

    @property
    def activity(self) -> ActivityPage:
        return ActivityPage.objects.parent_of(self).get()

    def publication_problems(self):
        problems = super().publication_problems()
        if not self.body:
            problems.append(Problem(_t("The report has no text."), "body"))
        if any(not block.value["consent"] for block in self.photos):
            text = _t("A photo lacks the consent of those who can be recognised.")
            problems.append(Problem(text, "photos"))
        return problems
