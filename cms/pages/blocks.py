from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BlockQuoteBlock,
    CharBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

PROSE = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(CharBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"
        preview_value = "补贴标准"
        description = _("A heading within the text")


class ProseBlock(RichTextBlock):
    def __init__(self, **kwargs):
        super().__init__(**{"features": PROSE, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/prose.html"
        preview_value = "<p>为规范本镇既有多层住宅加装电梯工作……（示例）</p>"
        description = _("Paragraphs, lists and links")


class FigureBlock(StructBlock):
    image = ImageBlock(label=_("Image"))
    caption = CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/figure.html"
        description = _("A picture with its text alternative; maps need a 审图号 in the caption")


class FileBlock(StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = CharBlock(label=_("Title"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Attachment")
        template = "blocks/file.html"
        description = _("A file to download. It is private until this page is reviewed and live.")


class BodyBlock(StreamBlock):
    """Prose of a page."""

    heading = HeadingBlock()
    text = ProseBlock()
    quote = BlockQuoteBlock(
        label=_("Quotation"), description=_("Words quoted from somebody or something")
    )
    figure = FigureBlock()
    file = FileBlock()
