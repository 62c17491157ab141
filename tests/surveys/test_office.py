import io

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from openpyxl import load_workbook

from consultation.enums import Channel
from consultation.models import Opinion
from surveys.models import Response, SurveyResultsPage
from tests.admin_forms import edit_data, edit_url
from tests.factories import CLOSES, ConsultationPageFactory, UserFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db


def url(name, survey):
    return reverse(f"questionnaires:{name}", args=[survey.pk])


@pytest.fixture
def as_role(client, survey):
    def log_in(role):
        client.force_login(UserFactory(role=role))
        return client

    return log_in


@pytest.mark.parametrize(
    ("role", "seen", "exported", "made", "sent"),
    [
        ("officer", 200, 200, 302, 302),
        ("editor", 200, 302, 302, 302),
        ("clerk", 200, 302, 302, 302),
        ("reviewer", 302, 302, 302, 302),
        ("auditor", 302, 302, 302, 302),
    ],
)
def test_who_may_see_and_take_away(as_role, survey, role, seen, exported, made, sent):
    official = as_role(role)

    found = (
        official.get(url("survey", survey)).status_code,
        official.get(url("csv", survey)).status_code,
        official.post(url("make_results", survey)).status_code,
        official.post(url("send_texts", survey)).status_code,
    )
    assert found == (seen, exported, made, sent)


def test_the_list_has_the_numbers(as_role, survey, say):
    say()
    say()

    page = as_role("officer").get(reverse("questionnaires:index"))

    assert [row.response_count for row in page.context["object_list"]] == [2]
    assert survey.title in page.content.decode()


def test_another_department_does_not_see_it(client, survey):
    official = UserFactory(role="officer")
    official.department = type(survey.department).objects.create(code="culture", name="文化科")
    official.save()
    client.force_login(official)

    assert client.get(url("survey", survey)).status_code == 404
    assert not client.get(reverse("questionnaires:index")).context["object_list"]


def test_answers_can_be_taken_away_and_nothing_in_them_is_ever_calculated(as_role, survey, say):
    say({"who": "1", "want": ["1", "3"], "parts": {"2": "3"}, "more": "=1+1"})
    official = as_role("officer")

    lines = b"".join(official.get(url("csv", survey)).streaming_content).decode("utf-8-sig")
    book = official.get(url("xlsx", survey))
    rows = list(load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)

    assert lines.splitlines()[1] == ("2026-08-03,zh-hans,居民,,电梯；停车,,,不满意,'=1+1")
    assert rows[1] == (
        "2026-08-03", "zh-hans", "居民", None, "电梯；停车", None, None, "不满意", "=1+1"
    )  # fmt: skip
    assert rows[0][2] == "1. 您的身份？"


def test_results_are_made_by_a_button_and_only_after_the_end(as_role, survey, say, clock):
    say()
    official = as_role("officer")
    early = official.post(url("make_results", survey))
    assert early["Location"] == url("survey", survey)
    assert not SurveyResultsPage.objects.exists()

    clock.move_to(CLOSES)
    response = as_role("officer").post(url("make_results", survey))  # sessions end after hours

    draft = SurveyResultsPage.objects.get()
    assert response["Location"] == edit_url(draft)
    assert (draft.live, draft.latest_revision.user is not None) == (False, True)


def test_people_s_own_words_go_to_a_desk_once(as_role, survey, say, home):
    consultation = publish(ConsultationPageFactory(parent__parent__parent__parent=home))
    say({"who": "1", "more": "多办几次"})
    say({"who": "1", "more": "周末开放"})
    say({"who": "2", "firm": "甲公司"})
    official = as_role("officer")
    data = {"question": "more", "desk": f"consultation:{consultation.pk}"}

    for _ in range(2):
        official.post(url("send_texts", survey), data)

    opinions = Opinion.objects.order_by("text")
    assert [(o.text, o.channel, o.receipt) for o in opinions] == [
        ("周末开放", Channel.SURVEY, None),
        ("多办几次", Channel.SURVEY, None),
    ]


def test_a_desk_that_does_not_exist_is_refused(as_role, survey, say):
    say()

    response = as_role("officer").post(
        url("send_texts", survey), {"question": "more", "desk": "consultation:999999"}
    )

    assert [str(message) for message in get_messages(response.wsgi_request)]
    assert not Opinion.objects.exists()


def test_the_editor_says_that_answered_questions_are_locked(as_role, survey, say):
    say()
    editor = as_role("editor")

    page = editor.get(edit_url(survey)).content.decode()
    refused = editor.post(
        edit_url(survey),
        edit_data(editor, survey) | {"questions-1-value-options": "居民\n企业\n其他\n学生"},
    )

    assert "已收到1份答卷" in page
    assert refused.status_code == 200
    assert "这些题目已有人作答" in str(refused.context["form"].errors["questions"])


def test_mended_wording_needs_a_note_that_is_printed(as_role, survey, say):
    say()
    editor = as_role("editor")
    data = edit_data(editor, survey) | {"questions-6-value-question": "您还有什么意见建议？"}

    refused = editor.post(edit_url(survey), data)
    saved = editor.post(edit_url(survey), data | {"rewording_note": "增加“意见”二字"})

    assert (refused.status_code, saved.status_code) == (200, 302)
    assert Response.objects.get().version.parts[6].text == "您还有什么建议？"
