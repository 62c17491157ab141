import re
from datetime import timedelta

import pytest
from django.urls import reverse

from surveys.actions.invitations import invite
from surveys.models import Invitation, Response
from tests.factories import CLOSES, OPENS, SurveyIndexPageFactory, SurveyPageFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db


def address(survey, token=""):
    if token:
        return reverse("surveys:answer_invited", args=[survey.slug, token])
    return reverse("surveys:answer", args=[survey.slug])


@pytest.fixture
def fill(client, survey):
    """Opens the form and sends it with these answers."""

    def send(survey=survey, token="", key=None, **typed):
        url = address(survey, token)
        if key is None:
            key = client.get(url).context["form"]["submission_key"].value()
        return client.post(url, {"submission_key": key, "q-who": "1", **typed})

    return send


def test_the_form_asks_every_question_without_javascript_and_says_what_depends_on_what(
    client, survey
):
    page = client.get(address(survey)).content.decode()

    for name in ("q-who", "q-firm", "q-want", "q-mark", "q-parts-1", "q-parts-2", "q-more"):
        assert f'name="{name}"' in page
    assert "only if" not in page.lower()
    assert "仅当第1题" in page


def test_who_answers_is_thanked_and_gets_no_receipt(fill):
    response = fill(**{"q-want": ["1", "2"], "q-mark": "5", "q-parts-1": "2"})

    assert response.status_code == 201
    assert "receipt-number" not in response.content.decode()
    assert Response.objects.get().answers == {
        "who": "1",
        "want": ["1", "2"],
        "mark": "5",
        "parts": {"1": "2"},
    }


def test_a_double_click_counts_once(client, survey, fill):
    key = client.get(address(survey)).context["form"]["submission_key"].value()

    assert [fill(key=key).status_code, fill(key=key).status_code] == [201, 201]
    assert Response.objects.count() == 1


def test_a_hidden_question_is_ignored_whatever_was_typed_there(fill):
    response = fill(**{"q-firm": "长" * 300})

    assert response.status_code == 201
    assert not Response.objects.get().texts.exists()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"q-who": ""}, "q-who"),
        ({"q-who": "9"}, "q-who"),
        ({"q-who": "2"}, "q-firm"),
        ({"q-who": "2", "q-firm": "长" * 201}, "q-firm"),
        ({"q-want": ["1", "2", "3"]}, "q-want"),
        ({"q-mark": "6"}, "q-mark"),
        ({"q-parts-1": "4"}, "q-parts-1"),
        ({"q-more": "长" * 5001}, "q-more"),
        ({"q-more": "a\x00b"}, "q-more"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(fill, typed, name):
    response = fill(**{"q-mark": "3", "q-more": "留着", **typed})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    page = response.content.decode()
    assert page.count("question-fault") == 1
    assert re.search(r'name="q-mark" value="3" checked', page) or "q-mark" in typed
    assert "留着" in page or "q-more" in typed
    assert not Response.objects.exists()


def test_every_row_of_a_required_matrix_needs_an_answer(client, survey, fill):
    blocks = survey.questions.raw_data
    blocks[5]["value"]["required"] = True
    type(survey).objects.filter(pk=survey.pk).update(questions=list(blocks))

    response = fill(**{"q-parts-1": "1"})

    assert list(response.context["form"].errors) == ["q-parts-2"]


def test_a_robot_falls_into_the_trap(fill):
    assert fill(homepage="http://spam.example").status_code == 422
    assert not Response.objects.exists()


def test_the_proof_of_work_is_asked(client, survey, fill, settings):
    settings.JIANYAN_PROOF_OF_WORK = True

    response = fill()

    assert list(response.context["form"].errors) == ["answer"]


def test_a_form_from_elsewhere_is_refused(client, survey):
    response = client.post(address(survey), {}, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403


def test_too_many_from_one_network_are_told_when_to_come_back(fill, settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 1
    fill()

    response = fill(**{"q-more": "留着"})

    assert response.status_code == 429
    assert "留着" in response.content.decode()


def test_after_the_close_the_typed_text_is_shown_to_be_copied(client, survey, fill, clock):
    key = client.get(address(survey)).context["form"]["submission_key"].value()
    clock.move_to(CLOSES)

    response = fill(key=key, **{"q-more": "来晚了的话"})

    assert response.status_code == 409
    assert "来晚了的话" in response.content.decode()
    assert client.get(address(survey)).status_code == 409


@pytest.fixture
def token(invited_survey):
    return invite(invited_survey, ["one"], at=OPENS)[0].token


def test_looking_at_a_link_changes_nothing_and_sending_uses_it_up(
    client, invited_survey, token, fill_invited
):
    for _ in range(2):
        assert client.get(address(invited_survey, token)).status_code == 200
    assert Invitation.objects.get().used_on is None

    assert fill_invited().status_code == 201
    assert Invitation.objects.get().used_on == OPENS.date()
    again = client.get(address(invited_survey, token))
    assert again.status_code == 410
    assert "2026年8月3日" in again.content.decode()


@pytest.fixture
def fill_invited(client, invited_survey, token):
    def send(**typed):
        url = address(invited_survey, token)
        key = client.get(url).context["form"]["submission_key"].value()
        return client.post(url, {"submission_key": key, "q-who": "1", **typed})

    return send


def test_two_forms_opened_with_one_link_count_once_and_the_second_keeps_its_text(
    client, invited_survey, token
):
    url = address(invited_survey, token)
    keys = [client.get(url).context["form"]["submission_key"].value() for _ in range(2)]
    client.post(url, {"submission_key": keys[0], "q-who": "1"})

    second = client.post(url, {"submission_key": keys[1], "q-who": "1", "q-more": "第二份"})

    assert second.status_code == 410
    assert "第二份" in second.content.decode()
    assert Response.objects.count() == 1


def test_a_questionnaire_by_link_is_not_open_to_everyone(client, invited_survey, token):
    assert client.get(address(invited_survey)).status_code == 403
    assert client.get(address(invited_survey, "wrong")).status_code == 404


def test_an_open_questionnaire_knows_no_links(client, survey):
    assert client.get(address(survey, "any")).status_code == 404


def test_a_draft_has_no_form(client, survey):
    survey.unpublish()

    assert client.get(address(survey)).status_code == 404


def test_the_form_is_kept_by_the_reader_alone(client, survey):
    response = client.get(address(survey))

    assert response["Cache-Control"] == "private, max-age=0"
    assert not response.cookies


def test_the_page_leads_to_the_form_while_it_is_open(client, survey, clock):
    assert address(survey) in client.get(survey.url).content.decode()
    clock.move_to(CLOSES + timedelta(minutes=2))
    assert address(survey) not in client.get(survey.url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_column_asks_as_many_queries_for_three_questionnaires_as_for_one(
    client, home, clock, count, django_assert_num_queries
):
    index = publish(SurveyIndexPageFactory(parent=home))
    for _ in range(count):
        publish(SurveyPageFactory(parent=index))
    client.get(index.url)

    with django_assert_num_queries(9):
        page = client.get(index.url).content.decode()
    assert page.count("entry-title") == count
