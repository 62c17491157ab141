from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .articles import numbered
from .blocks import OfficialDocumentBlock


class PolicyIndexPage(BasePage):
    """政策文件: the column under which documents stand."""

    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*BasePage.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["policy.PolicyDocumentPage"]
    column_type = ColumnType.POLICY
    is_article = False
    needs_release = False

    class Meta:
        verbose_name = _("policy column")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        documents = PolicyDocumentPage.objects.child_of(self).live()
        context["documents"] = documents.order_by("-made_on", "-first_published_at")
        return context


class PolicyDocumentPage(BasePage):
    """An official document with its numbered clauses."""

    body = StreamField(OfficialDocumentBlock(), blank=True, verbose_name=_("text"))
    addressees = models.CharField(_("addressed to"), max_length=255, blank=True)
    file = models.ForeignKey(
        "pages.SiteDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the document as a file"),
    )

    content_panels = [*BasePage.content_panels, "addressees", "body", "file"]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["policy.PolicyIndexPage"]
    subpage_types = []
    column_type = ColumnType.POLICY

    class Meta:
        verbose_name = _("policy document")

    def numbered_body(self):
        return numbered(self.body)
