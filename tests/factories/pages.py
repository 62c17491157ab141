"""Complete pages, as drafts: each can be published with ``tests.helpers.publish``."""

from datetime import date, datetime

import factory
import wagtail_factories
from wagtail.models import Page

from consultation.models import (
    AdoptionReportPage,
    ConsultationPage,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
)
from consultation.rules import SHANGHAI
from home.models import ContentPage, HomePage
from policy.models import PolicyDocumentPage, PolicyIndexPage
from surveys.models import SurveyIndexPage, SurveyPage

from .people import DepartmentFactory

# Thirty whole days after the day of publication: the shortest period that needs no reason.
OPENS = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 9, 3, 0, 0, tzinfo=SHANGHAI)
ARTICLES = (
    {"caption": "目的和依据", "text": "<p>为规范既有多层住宅加装电梯，制定本办法。</p>"},
    {"caption": "补贴标准", "text": "<p>按照工程造价的百分之四十补贴。</p>"},
)


class DraftPageFactory(wagtail_factories.PageFactory):
    class Meta:
        abstract = True

    live = False


class HomePageFactory(DraftPageFactory):
    class Meta:
        model = HomePage

    title = "首页"
    slug = "home"
    parent = factory.LazyFunction(Page.get_first_root_node)


class ContentPageFactory(DraftPageFactory):
    class Meta:
        model = ContentPage

    title = "关于本站"
    slug = factory.Sequence("about-{}".format)
    body = [("text", "<p>本站是镇政府征求公众意见的地方。</p>")]
    parent = factory.SubFactory(HomePageFactory)


class PolicyIndexPageFactory(DraftPageFactory):
    class Meta:
        model = PolicyIndexPage

    title = "政策文件"
    slug = "policies"
    parent = factory.SubFactory(HomePageFactory)


class PolicyDocumentPageFactory(DraftPageFactory):
    class Meta:
        model = PolicyDocumentPage

    title = "2023年政务公开工作要点"
    slug = factory.Sequence("document-{}".format)
    made_on = date(2023, 5, 4)
    body = [("part", "一、做好重点工作信息公开"), ("text", "<p>……</p>")]
    parent = factory.SubFactory(PolicyIndexPageFactory)


class DecisionIndexPageFactory(DraftPageFactory):
    class Meta:
        model = DecisionIndexPage

    title = "重大行政决策"
    slug = "decisions"
    parent = factory.SubFactory(HomePageFactory)


class DecisionCataloguePageFactory(DraftPageFactory):
    class Meta:
        model = DecisionCataloguePage

    title = "2026年度重大行政决策事项目录"
    slug = "2026"
    year = 2026
    parent = factory.SubFactory(DecisionIndexPageFactory)


class DecisionPageFactory(DraftPageFactory):
    class Meta:
        model = DecisionPage

    title = "淞南镇加装电梯补贴办法"
    slug = factory.Sequence("lift-{}".format)
    decision_class = "measure"
    department = factory.SubFactory(DepartmentFactory)
    parent = factory.SubFactory(DecisionCataloguePageFactory)


class ConsultationPageFactory(DraftPageFactory):
    class Meta:
        model = ConsultationPage

    title = "关于公开征求《淞南镇加装电梯补贴办法（草案）》意见的公告"
    slug = "consultation"
    draft_name = "淞南镇加装电梯补贴办法（草案）"
    department = factory.SubFactory(DepartmentFactory)
    opens_at = OPENS
    closes_at = CLOSES
    draft = factory.LazyFunction(lambda: [("article", dict(article)) for article in ARTICLES])
    explanation = [("text", "<p>起草说明。</p>")]
    contact_person = "房屋管理科"
    contact_phone = "021-0000-0000"
    parent = factory.SubFactory(DecisionPageFactory)


class AdoptionReportPageFactory(DraftPageFactory):
    class Meta:
        model = AdoptionReportPage

    title = "意见采纳情况反馈"
    slug = "adoption-report"
    parent = factory.SubFactory(DecisionPageFactory)


def question(kind: str, key: str, question: str, **told) -> dict:
    """A question as the column holds it; its id is its key."""
    return {"type": kind, "id": key, "value": {"question": question, **told}}


QUESTIONS = (
    {"type": "section", "id": "s1", "value": "一、您是谁"},
    question(
        "single", "who", "您的身份？", name="身份", options="居民\n企业\n其他", required=True
    ),
    question(
        "short_text",
        "firm",
        "您所在的单位？",
        condition={"question": "身份", "answers": "企业\n其他"},
        required=True,
    ),
    question("multiple", "want", "您最关心哪些事？", options="电梯\n食堂\n停车", most=2),
    question("scale", "mark", "总体评价？", points=5, low="很不满意", high="很满意"),
    question("matrix", "parts", "各环节如何？", rows="参观\n座谈", options="满意\n一般\n不满意"),
    question("long_text", "more", "您还有什么建议？"),
)


def complete(parts) -> list[dict]:
    """With every value that the editor would have stored, the empty ones too."""
    blocks = SurveyPage.questions.field.stream_block
    stream = blocks.to_python([dict(part) for part in parts])
    return [
        {**block.get_prep_value(), "id": part["id"]}
        for block, part in zip(stream, parts, strict=True)
    ]


class SurveyIndexPageFactory(DraftPageFactory):
    class Meta:
        model = SurveyIndexPage

    title = "问卷调查"
    slug = "surveys"
    parent = factory.SubFactory(HomePageFactory)


class SurveyPageFactory(DraftPageFactory):
    class Meta:
        model = SurveyPage

    title = "政府开放日满意度调查"
    slug = factory.Sequence("survey-{}".format)
    department = factory.SubFactory(DepartmentFactory)
    opens_at = OPENS
    closes_at = CLOSES
    questions = factory.LazyFunction(lambda: complete(QUESTIONS))
    parent = factory.SubFactory(SurveyIndexPageFactory)
