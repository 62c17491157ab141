from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    IntegerBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)

from .questionnaire import LEAST_POINTS, MOST_POINTS


class ConditionBlock(StructBlock):
    """Shown only when an earlier question has one of some answers."""

    question = CharBlock(
        label=_("Short name of an earlier question"), required=False, max_length=30
    )
    answers = TextBlock(
        label=_("Answers that make this question appear, one a line"), required=False, rows=2
    )

    class Meta:
        icon = "arrow-right"
        label = _("Only in some cases")
        collapsed = True


class QuestionBlock(StructBlock):
    """What every question has."""

    question = CharBlock(
        label=_("Question"), max_length=300, help_text=_("The public reads this.")
    )
    help = CharBlock(label=_("Explanation"), required=False, max_length=300)
    required = BooleanBlock(label=_("Has to be answered"), required=False)
    condition = ConditionBlock(required=False)


class NamedQuestionBlock(QuestionBlock):
    name = CharBlock(
        label=_("Short name"),
        required=False,
        max_length=30,
        help_text=_("Not shown. Conditions of later questions and break-downs refer to it."),
    )


class SingleBlock(NamedQuestionBlock):
    options = TextBlock(label=_("Options, one a line"), rows=4)

    class Meta:
        icon = "radio-empty"
        label = _("One answer")
        description = _("One of several options")
        preview_value = {"question": "您对本次活动是否满意？（示例）", "options": "满意\n不满意"}


class MultipleBlock(NamedQuestionBlock):
    options = TextBlock(label=_("Options, one a line"), rows=4)
    most = IntegerBlock(label=_("At most this many"), required=False, min_value=1)

    class Meta:
        icon = "tasks"
        label = _("Several answers")
        description = _("Any number of options, or up to a number")
        preview_value = {
            "question": "您希望镇里先办哪些事？（示例）",
            "options": "加装电梯\n社区食堂",
        }


class ScaleBlock(NamedQuestionBlock):
    points = IntegerBlock(
        label=_("Points"), default=5, min_value=LEAST_POINTS, max_value=MOST_POINTS
    )
    low = CharBlock(label=_("What the lowest point means"), max_length=50)
    high = CharBlock(label=_("What the highest point means"), max_length=50)

    class Meta:
        icon = "order"
        label = _("Scale")
        description = _("Points from 1 up, with a word at both ends")
        preview_value = {
            "question": "总体评价（示例）",
            "points": 5,
            "low": "很不满意",
            "high": "很满意",
        }


class MatrixBlock(QuestionBlock):
    rows = TextBlock(label=_("Rows, one a line"), rows=4)
    options = TextBlock(label=_("Columns, one a line"), rows=4)

    class Meta:
        icon = "table"
        label = _("Matrix")
        description = _("The same options for several things")
        preview_value = {
            "question": "请评价各个环节（示例）",
            "rows": "参观\n座谈",
            "options": "满意\n不满意",
        }


class ShortTextBlock(QuestionBlock):
    class Meta:
        icon = "edit"
        label = _("Short text")
        description = _("A line in people's own words. Never published by itself.")
        preview_value = {"question": "您所在的居民区（示例）"}


class LongTextBlock(QuestionBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Long text")
        description = _("People's own words. Never published by themselves.")
        preview_value = {"question": "您还有什么建议？（示例）"}


class QuestionsBlock(StreamBlock):
    """The questions of a questionnaire; see `questionnaire.py` for what they mean."""

    section = CharBlock(
        label=_("Heading"),
        icon="title",
        max_length=100,
        description=_("A heading between questions"),
        preview_value="一、活动评价（示例）",
    )
    single = SingleBlock()
    multiple = MultipleBlock()
    scale = ScaleBlock()
    matrix = MatrixBlock()
    short_text = ShortTextBlock()
    long_text = LongTextBlock()
