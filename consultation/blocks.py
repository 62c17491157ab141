from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock


class ChapterBlock(CharBlock):
    class Meta:
        icon = "list-ul"
        label = _("Chapter")
        template = "blocks/chapter.html"
        preview_value = "总则"
        description = _("A chapter heading; its number is counted by itself")


class ArticleBlock(StructBlock):
    """One article of the draft. Its number is counted, its identity stays when others move."""

    caption = CharBlock(label=_("Caption"), required=False, max_length=100)
    text = RichTextBlock(label=_("Text"), features=["bold", "ol", "ul", "link"])

    class Meta:
        icon = "doc-full"
        label = _("Article")
        template = "blocks/article.html"
        preview_value = {"caption": "目的和依据", "text": "<p>为规范……，制定本办法。（示例）</p>"}
        description = _("One article; citizens can comment on it by itself")


class DraftBlock(StreamBlock):
    """The draft as numbered articles in chapters."""

    chapter = ChapterBlock()
    article = ArticleBlock()
