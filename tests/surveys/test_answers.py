from datetime import timedelta

import pytest

from cms.intake.keys import new_submission_key, read_submission_key
from cms.intake.models import Arrival, Receipt
from cms.intake.rules import TooManySubmissions
from cms.record.models import Event
from surveys.actions.answers import answer_survey, purge_texts
from surveys.actions.invitations import invite
from surveys.models import Invitation, QuestionnaireVersion, Response, TextAnswer
from surveys.rules import InvitationUnknown, InvitationUsed, SurveyClosed
from tests.factories import CLOSES, OPENS
from tests.helpers import publish

from .conftest import ANSWERS, submitted

MOMENT = timedelta(microseconds=1)


def a_key(survey, at=OPENS):
    form = f"survey-{survey.pk}"
    return read_submission_key(new_submission_key(form, at), form, at)


def test_answers_are_kept_with_the_wording_they_were_given_to(say, survey):
    assert say() is True

    response = Response.objects.get()
    assert response.answers == {key: ANSWERS[key] for key in ("who", "want", "mark", "parts")}
    assert [(text.question_key, text.text) for text in response.texts.all()] == [
        ("more", "多办几次。")
    ]
    assert response.version.parts == survey.parts
    assert response.answered_on == OPENS.date()


def test_answers_to_questions_that_do_not_apply_are_left_out(say):
    say({"who": "1", "firm": "我的公司"})
    say({"who": "2", "firm": "我的公司"})

    assert list(TextAnswer.objects.values_list("response__answers", "text")) == [
        ({"who": "2"}, "我的公司")
    ]


def test_a_form_counts_once_however_often_it_is_sent(say, survey):
    key = a_key(survey)

    assert [say(key=key), say(key=key)] == [True, False]
    assert Response.objects.count() == 1


def test_a_form_sent_again_after_the_close_is_known(say, survey, clock):
    key = a_key(survey, CLOSES - MOMENT)
    say(key=key, at=CLOSES - MOMENT)

    assert say(key=key, at=CLOSES) is False
    with pytest.raises(SurveyClosed):
        say(at=CLOSES)


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [(OPENS - MOMENT, False), (OPENS, True), (CLOSES - MOMENT, True), (CLOSES, False)],
)
def test_the_moment_of_arrival_decides(say, at, is_taken):
    if is_taken:
        assert say(at=at) is True
    else:
        with pytest.raises(SurveyClosed):
            say(at=at)
    assert Response.objects.count() == Arrival.objects.count() == int(is_taken)


def test_a_network_may_send_only_so_much(say, settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 1
    say()

    with pytest.raises(TooManySubmissions):
        say()
    assert say(network="198.51.100.7") is True
    assert Response.objects.count() == 2


def test_nothing_of_an_answer_leads_to_who_gave_it(say, survey):
    say()

    response, arrival = Response.objects.get(), Arrival.objects.get()
    event = Event.objects.get(verb="surveys.answered")
    assert not Receipt.objects.exists()
    assert {field.name for field in Response._meta.get_fields() if field.concrete} == {
        "id",
        "survey",
        "version",
        "language",
        "answered_on",
        "answers",
    }
    assert arrival.pk != response.pk
    assert (event.verb, event.subject_id, event.data) == ("surveys.answered", str(survey.pk), {})


def links(survey, count=3, at=OPENS):
    return invite(survey, range(count), at=at)


def send(survey, token, at=OPENS, **told):
    return answer_survey(
        survey, ANSWERS, submitted=submitted(survey, at, **told), at=at, token=token
    )


def test_a_link_serves_once(invited_survey):
    first, second, _third = links(invited_survey)

    assert send(invited_survey, first.token) is True
    with pytest.raises(InvitationUsed) as refusal:
        send(invited_survey, first.token, at=OPENS + timedelta(days=1))
    assert refusal.value.used_on == OPENS.date()
    assert send(invited_survey, second.token) is True
    assert Response.objects.count() == Arrival.objects.count() == 2


def test_the_same_form_sent_twice_with_a_link_is_thanked_twice_and_counts_once(invited_survey):
    key, link = a_key(invited_survey), links(invited_survey)[0]

    assert [send(invited_survey, link.token, key=key) for _ in range(2)] == [True, False]
    assert Response.objects.count() == 1


@pytest.mark.parametrize("token", ["", "unknown"])
def test_without_a_link_nothing_is_taken(invited_survey, token):
    links(invited_survey)

    with pytest.raises(InvitationUnknown):
        send(invited_survey, token)
    assert not Response.objects.exists()
    assert not Arrival.objects.exists()


def test_a_link_and_an_answer_have_nothing_in_common(invited_survey):
    link = links(invited_survey)[0]
    send(invited_survey, link.token)

    response, used = Response.objects.get(), Invitation.objects.get(used_on__isnull=False)
    said = {str(getattr(response, field.attname)) for field in Response._meta.fields}
    told = {str(getattr(used, field.attname)) for field in Invitation._meta.fields}
    assert said & told == {str(invited_survey.pk)}
    assert response.answered_on is None
    assert used.used_on == OPENS.date()


def test_links_are_not_stored_and_their_order_is_not_that_of_the_people(invited_survey):
    people = [f"person {n}" for n in range(40)]
    invited = invite(invited_survey, people, at=OPENS)

    stored = list(Invitation.objects.order_by("pk").values_list("token_hash", flat=True))
    assert [one.person for one in invited] == people
    assert len({one.token for one in invited}) == 40
    assert not {one.token for one in invited} & set(stored)
    assert invited[0].address.endswith(f"/surveys/open-day/answer/{invited[0].token}/")
    assert Event.objects.filter(verb="surveys.invited").get().data == {"count": 40}


def test_no_links_for_a_questionnaire_that_is_open_to_everyone(survey):
    with pytest.raises(SurveyClosed):
        links(survey)


@pytest.mark.parametrize(("at", "may"), [(CLOSES - MOMENT, True), (CLOSES, False)])
def test_no_links_once_it_is_over(invited_survey, at, may):
    if may:
        assert len(links(invited_survey, at=at)) == 3
    else:
        with pytest.raises(SurveyClosed):
            links(invited_survey, at=at)


def test_a_mended_wording_is_a_new_version(say, survey):
    say()
    blocks = list(survey.questions.raw_data)
    blocks[6]["value"]["question"] = "您还有什么意见建议？"
    survey.questions = blocks
    survey.rewording_note = "最后一题增加“意见”二字，含义不变。"
    live = publish(survey)
    say(page=live)

    assert list(QuestionnaireVersion.objects.values_list("note", flat=True)) == [
        "",
        "最后一题增加“意见”二字，含义不变。",
    ]


def test_people_s_own_words_go_on_their_day(say, survey):
    say()
    day = survey.texts_deleted_on
    last = CLOSES + timedelta(days=365) - MOMENT

    assert purge_texts(last) == {"survey_texts": 0}
    assert purge_texts(last + MOMENT) == {"survey_texts": 1}
    assert purge_texts(last + MOMENT) == {"survey_texts": 0}
    assert (CLOSES + timedelta(days=365)).date() == day
    assert Response.objects.get().answers["who"] == "1"
    assert Event.objects.filter(verb="surveys.texts_purged").count() == 1


def test_answering_costs_few_queries(say, django_assert_max_num_queries):
    say()

    with django_assert_max_num_queries(14):
        say()
