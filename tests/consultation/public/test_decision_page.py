import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultation.enums import PartState
from consultation.models import CatalogueMatter, DossierSection

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/"
TEN_PARTS = [
    "决策草案全文",
    "草案说明",
    "草案解读",
    "决策背景",
    "公众意见建议收集和采纳情况",
    "公众代表列席决策会议情况",
    "风险评估",
    "专家论证",
    "决策结果",
    "效果评估",
]


def text_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def headings(html):
    return [found.strip() for found in re.findall(r"<h2 id=[^>]*>(.*?)</h2>", html)]


def test_all_ten_parts_stand_there_before_anything_is_written(client, decision):
    html = text_of(client)
    assert [name for name in headings(html) if name in TEN_PARTS] == TEN_PARTS
    assert html.count("该环节尚未开展。") == 11  # ten parts and the legality review


def test_a_part_says_why_it_is_left_out(client, decision, gate):
    decision.parts.set(
        [
            DossierSection(
                part="experts",
                state=PartState.NOT_APPLICABLE,
                reason="不涉及专业问题",
                locale=decision.locale,
            ),
            DossierSection(
                part="risk",
                state=PartState.WITHHELD,
                reason="《政府信息公开条例》第十四条",
                locale=decision.locale,
            ),
        ]
    )
    gate.publish(decision)
    html = text_of(client)
    assert "本事项不涉及该环节，理由：不涉及专业问题" in html
    assert "依法不予公开，依据：《政府信息公开条例》第十四条" in html


def test_parts_without_a_text_lead_to_the_consultation_once_it_is_live(
    client, decision, make_consultation
):
    assert "consultation/#draft" not in text_of(client)
    make_consultation()
    html = text_of(client)
    for anchor in ("draft", "explanation", "background"):
        assert f"/decisions/2026/lift/consultation/#{anchor}" in html
    assert "consultation/#interpretation" not in html


def test_the_decision_is_told_with_number_meeting_and_day(client, decision, gate):
    decision.document_number = "宝淞府〔2026〕8号"
    decision.meeting_name = "镇长办公会"
    decision.issued_on = timezone.localdate()
    gate.publish(decision)
    html = text_of(client)
    assert "宝淞府〔2026〕8号" in html
    assert "镇长办公会" in html


def test_of_the_legality_review_only_that_it_was_made_and_when(client, decision, gate):
    decision.legality_reviewed_on = timezone.localdate()
    gate.publish(decision)
    assert "已审查 <time" in text_of(client)


@pytest.fixture
def matters(catalogue, gate):
    def publish(*decisions):
        catalogue.matters.set(
            CatalogueMatter(
                name=f"事项{number}",
                decision_class="measure",
                department_name="房屋管理科",
                planned_completion="第四季度",
                decision=decision,
                locale=catalogue.locale,
                sort_order=number,
            )
            for number, decision in enumerate(decisions, start=1)
        )
        return gate.publish(catalogue)

    return publish


def test_the_catalogue_has_the_columns_of_a_shanghai_town(client, matters):
    matters(None)
    html = text_of(client, "/decisions/2026/")
    columns = re.findall(r'<th scope="col">(.*?)</th>', html)
    assert columns == [
        "序号",
        "决策事项名称",
        "决策类别",
        "承办部门",
        "完成时间",
        "调整情况",
        "公开情况",
    ]


def test_the_catalogue_leads_to_live_dossiers_only(client, matters, decision):
    matters(decision, None)
    assert 'href="/decisions/2026/lift/"' in text_of(client, "/decisions/2026/")
    decision.unpublish()
    assert 'href="/decisions/2026/lift/"' not in text_of(client, "/decisions/2026/")


def test_a_longer_catalogue_needs_no_more_queries(
    client, matters, decision, django_assert_num_queries
):
    matters(decision)
    text_of(client, "/decisions/2026/")
    with CaptureQueriesContext(connection) as asked:
        text_of(client, "/decisions/2026/")
    for_one = len(asked)
    matters(decision, decision, decision)
    text_of(client, "/decisions/2026/")
    with django_assert_num_queries(for_one):
        text_of(client, "/decisions/2026/")
