from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock


class PartBlock(CharBlock):
    class Meta:
        icon = "title"
        label = _("Part")
        template = "blocks/document_part.html"
        preview_value = "一、做好重点工作信息公开"
        description = _("A heading with its own number, as printed in the document")


class ClauseBlock(StructBlock):
    """One numbered clause. Other pages cite it, so it has an anchor of its own."""

    number = CharBlock(label=_("Number"), max_length=20, required=False)
    text = RichTextBlock(label=_("Text"), features=["bold", "link"])

    class Meta:
        icon = "list-ol"
        label = _("Clause")
        template = "blocks/clause.html"
        preview_value = {"number": "1", "text": "<p>……（示例）</p>"}
        description = _("A numbered clause with an address of its own")


class OfficialDocumentBlock(StreamBlock):
    """The text of an official document: its parts, clauses and the lines around them (F8)."""

    part = PartBlock()
    clause = ClauseBlock()
    text = RichTextBlock(
        label=_("Text"),
        features=["bold", "link"],
        template="blocks/prose.html",
        description=_("A paragraph without a number"),
    )
    closing = RichTextBlock(
        label=_("Signature or imprint"),
        features=["bold"],
        template="blocks/closing.html",
        description=_("Signature, date, copies and imprint at the end"),
    )
