import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import Locale

from consultation.models import ConsultationPage, Extension

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/consultation/"
ALWAYS = [
    "公告正文",
    "征集时间",
    "征集方式",
    "联系方式",
    "草案全文",
    "草案说明",
    "草案解读",
    "决策背景",
    "我要提意见",
    "意见采纳情况反馈",
    "相关活动",
    "附件",
]


def text_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def headings(html):
    return [found.strip() for found in re.findall(r"<h2 id=[^>]*>(.*?)</h2>", html)]


def test_the_page_has_every_heading_of_the_outline_in_its_order(client, make_consultation):
    make_consultation()
    assert headings(text_of(client))[: len(ALWAYS)] == ALWAYS


def test_a_short_period_says_why_and_an_extension_is_a_dated_notice(client, make_consultation):
    closes_at = timezone.now() + timedelta(days=10)
    extension = Extension(
        announced_on=timezone.localdate(),
        closes_at=closes_at,
        reason="应居民要求延长",
        locale=Locale.get_default(),
    )
    make_consultation(
        closes_at=closes_at, short_period_reason="汛期将至，情况紧急", extensions=[extension]
    )
    html = text_of(client)
    assert "缩短征集期限的说明" in headings(html)
    assert "汛期将至，情况紧急" in html
    assert "延期说明" in headings(html)
    assert "应居民要求延长" in html


def test_thirty_days_need_no_reason_even_when_one_is_written(client, make_consultation):
    make_consultation(short_period_reason="多写的理由")
    assert "多写的理由" not in text_of(client)


def test_each_article_has_an_anchor_and_while_open_a_button(client, make_consultation):
    page = make_consultation()
    html = text_of(client)
    for article in (part for part in page.draft_parts() if hasattr(part, "key")):
        assert f'id="{article.anchor}"' in html
        assert f"{ADDRESS}opinion/?article={article.key}" in html


def test_a_closed_consultation_offers_no_form_and_keeps_the_draft(client, closed_consultation):
    html = text_of(client)
    assert "opinion/?article=" not in html
    assert "征集已经结束，不再接收意见。" in html
    assert "补贴每台六万元。" in html


def test_the_public_sees_how_many_opinions_came_and_none_of_them(client, make_consultation, say):
    page = make_consultation()
    say(page, "请写明底楼采光怎么办")
    html = text_of(client)
    assert "目前已收到意见建议1条。" in html
    assert "请写明底楼采光怎么办" not in html
    say(page, "第二条")
    cache.clear()  # the number is asked for twice a minute
    assert "目前已收到意见建议2条。" in text_of(client)


def test_the_page_needs_fifteen_queries_at_most_when_nothing_of_it_is_kept(
    client, make_consultation, django_assert_max_num_queries
):
    make_consultation()
    text_of(client, "/")
    with django_assert_max_num_queries(15):
        text_of(client)


def test_a_preview_shows_its_own_text_and_leaves_the_public_page_alone(
    client, make_consultation, officer
):
    page = make_consultation()
    assert "背景的正文" in text_of(client)
    draft = ConsultationPage.objects.get(pk=page.pk)
    draft.background = [("text", "<p>没有审查过的正文</p>")]
    revision = draft.save_revision(user=officer)
    preview = revision.as_object().make_preview_request()
    assert "没有审查过的正文" in preview.content.decode()
    assert "没有审查过的正文" not in text_of(client)


def test_a_revision_that_is_rendered_under_the_live_address_is_not_kept_for_the_public(
    client, rf, make_consultation, officer
):
    page = make_consultation()
    draft = ConsultationPage.objects.get(pk=page.pk)
    draft.background = [("text", "<p>没有审查过的正文</p>")]
    revision = draft.save_revision(user=officer)
    request = rf.get(ADDRESS)
    request.arrived_at = timezone.now()
    shown = revision.as_object().get_context(request)
    assert "kept_under" not in shown
    assert "没有审查过的正文" not in text_of(client)


def test_a_new_reviewed_text_shows_at_once(client, make_consultation, gate):
    page = make_consultation()
    assert "背景的正文" in text_of(client)
    page.background = [("text", "<p>审查后的新背景</p>")]
    gate.publish(page)
    html = text_of(client)
    assert "审查后的新背景" in html
    assert "背景的正文" not in html


def test_midnight_is_the_last_hour_of_the_day_before(client, make_consultation):
    closes_at = timezone.localtime(timezone.now() + timedelta(days=41)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    make_consultation(closes_at=closes_at)
    day = closes_at - timedelta(days=1)
    assert f"至{day.year}年{day.month}月{day.day}日24:00。" in text_of(client)


def test_who_comes_too_late_gets_the_typed_text_back(client, closed_consultation):
    response = client.post(f"{ADDRESS}opinion/", {"text": "写了很久的一段话"})
    assert response.status_code == 409
    assert "写了很久的一段话</textarea>" in response.content.decode()


def test_the_form_shows_the_article_that_was_chosen(client, make_consultation, privacy_notice):
    page = make_consultation()
    article = next(part for part in page.draft_parts() if hasattr(part, "key"))
    html = text_of(client, f"{ADDRESS}opinion/?article={article.key}")
    assert "为了加装电梯，制定本办法。" in html


def test_the_answered_consultation_leads_to_the_feedback(
    client, closed_consultation, say, publish_report
):
    say(closed_consultation, "好", verdict="adopted")
    report = publish_report(closed_consultation)
    assert f'href="{report.url}"' in text_of(client)
