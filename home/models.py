from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from . import queries


class HomePage(BasePage):
    """The front page: what the public can take part in now, and what became of it before."""

    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*BasePage.content_panels, "introduction"]
    parent_page_types = ["wagtailcore.Page"]
    column_type = ColumnType.HOME
    is_article = False
    needs_release = False

    class Meta:
        verbose_name = _("front page")

    def route(self, request, path_components):
        """Straight to the page with this address, instead of two queries for every level."""
        page = self._page_at(path_components) if path_components else None
        if page is not None:
            return page.route(request, [])
        return super().route(request, path_components)

    def _page_at(self, path_components):
        address = f"{self.url_path}{'/'.join(path_components)}/"
        found = Page.objects.filter(slug=path_components[-1], url_path=address)
        for key, kind in found.values_list("pk", "content_type"):
            model = ContentType.objects.get_for_id(kind).model_class()
            told_with_it = ("locale", "department") if issubclass(model, BasePage) else ("locale",)
            return model.objects.filter(pk=key).select_related(*told_with_it).first()
        return None

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        found = queries.front_page(request.arrived_at, self.locale)
        found["reports"] = found["reports"].select_related("snapshot", "department")
        return {**context, **found}


class ContentPage(BasePage):
    """A plain page: a guide, a statement, an explanation."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    column_kind = models.CharField(
        _("column type"), max_length=16, choices=ColumnType, default=ColumnType.OVERVIEW
    )

    content_panels = [*BasePage.content_panels, "body"]
    settings_panels = [*BasePage.settings_panels, "column_kind"]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    needs_release = False

    class Meta:
        verbose_name = _("plain page")

    @property
    def column_type(self) -> ColumnType:
        return ColumnType(self.column_kind)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "below": self.get_children().live().public()}
