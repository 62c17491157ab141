from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, StreamBlock, StructBlock, TextBlock
from wagtail.images.blocks import ImageBlock

from cms.pages.blocks import ProseBlock

from .enums import Part


class AgendaItemBlock(StructBlock):
    """One part of the programme; the kind is the name of the block in the stream."""

    title = CharBlock(label=_("Title"), max_length=100)
    time = CharBlock(label=_("Time"), required=False, max_length=50)
    guide = CharBlock(label=_("Led by"), required=False, max_length=100)
    text = ProseBlock(label=_("Text"), required=False)

    class Meta:
        icon = "date"
        template = "events/blocks/agenda_item.html"
        preview_value = {"title": "参观社区事务受理服务中心（示例）", "time": "9:00—9:40"}
        description = _("One part of the programme")


class AgendaBlock(StreamBlock):
    """The programme, part by part (rulebook O1)."""

    visit = AgendaItemBlock(label=Part.VISIT.label)
    symposium = AgendaItemBlock(label=Part.SYMPOSIUM.label)
    experience = AgendaItemBlock(label=Part.EXPERIENCE.label)
    qa = AgendaItemBlock(label=Part.QA.label)
    policy = AgendaItemBlock(label=Part.POLICY.label)
    survey = AgendaItemBlock(label=Part.SURVEY.label)


class PhotoBlock(StructBlock):
    """A picture of the day: of people only with their consent (rulebook O8; PIPL 25)."""

    image = ImageBlock(label=_("Image"))
    caption = CharBlock(label=_("Caption"), required=False)
    consent = BooleanBlock(
        label=_("Nobody can be recognised, or everybody who can be has agreed"),
        required=False,
        help_text=_("Without this tick the report cannot be published."),
    )

    class Meta:
        icon = "image"
        label = _("Photo")
        template = "events/blocks/photo.html"
        description = _("A photo of the day, with the consent of those shown")


class PhotosBlock(StreamBlock):
    photo = PhotoBlock()


class SuggestionBlock(StructBlock):
    """意见建议及办理情况: what participants suggested and what became of it (rulebook O8)."""

    suggestion = TextBlock(label=_("Suggestion"), rows=2)
    outcome = TextBlock(label=_("What became of it"), rows=2)

    class Meta:
        icon = "comment"
        label = _("Suggestion and outcome")
        template = "events/blocks/suggestion.html"
        description = _("A suggestion from the day and what became of it. Becomes public.")


class SuggestionsBlock(StreamBlock):
    suggestion = SuggestionBlock()
