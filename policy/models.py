from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .articles import numbered, plain_text
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
        documents = PolicyDocumentPage.objects.child_of(self).live().public()
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

    def parts(self) -> list[tuple[str, str]]:
        """Anchor and heading of every part, for the list of contents."""
        named = (pair for pair in numbered(self.body) if pair[1].block_type == "part")
        return [(anchor, block.value) for anchor, block in named]

    def passages(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Anchor, and the plain text with its kind, of every block."""
        for anchor, block in numbered(self.body):
            kind, value, number = block.block_type, block.value, ""
            if kind == "clause":
                number, value = value["number"], value["text"]
            text = value if kind == "part" else plain_text(value.source)
            yield anchor, {"kind": kind, "number": number, "text": text}

    def files(self) -> list[dict]:
        """The document as components/attachments.html lists it."""
        if not self.file_id:
            return []
        return [
            {
                "name": self.file.title,
                "url": self.file.url,
                "size": self.file.get_file_size(),
                "kind": self.file.file_extension,
            }
        ]
