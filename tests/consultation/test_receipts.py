"""/receipts/: who holds number and code sees what became of it (page outline 5.2)."""

import html
import re
from datetime import timedelta

import pytest

from consultation.actions.reports import make_report
from consultation.actions.verdicts import decide_opinions
from consultation.enums import Verdict
from consultation.models import Opinion, OpinionAddition
from tests.factories import CLOSES, OPENS
from tests.helpers import publish

pytestmark = pytest.mark.django_db

REASON = "采光已按国家标准设计"


@pytest.fixture
def taken(say):
    return say("建议一楼住户也给补偿。", contact="wang@example.cn")


@pytest.fixture
def ask(client, taken):
    """Asks for the receipt, as its author unless told otherwise."""

    def call(**changes):
        held = {"number": taken.receipt.number, "code": taken.query_code}
        return client.post("/receipts/", {**held, **changes})

    return call


def words(response) -> str:
    return html.unescape(response.content.decode())


def without_what_was_typed(response) -> str:
    text = re.sub(r'value="\w{64}"', "", words(response))
    for typed in ("number", "code"):
        text = text.replace(response.wsgi_request.POST[typed], "")
    return text


def test_the_form_asks_for_number_and_code(client, site):
    response = client.get("/receipts/?number=ABC")

    assert response.status_code == 200
    assert list(response.context["form"].fields) == ["number", "code"]


def test_the_author_sees_the_own_opinion(ask, taken):
    response = ask()

    assert response.status_code == 200
    assert taken.opinion.text in words(response)
    assert "no-store" in response["Cache-Control"]


def test_number_and_code_are_forgiven_their_spelling(ask, taken):
    response = ask(number=f" {taken.receipt.number.lower()} ", code=taken.query_code.lower())

    assert response.status_code == 200


def test_it_is_not_told_which_of_both_is_wrong(ask, taken, say):
    other = say("另一条")
    answers = [
        ask(number="AAAAAAAAAAAA"),
        ask(code="A" * 26),
        ask(number=other.receipt.number),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    alike = {without_what_was_typed(answer) for answer in answers}
    assert len(alike) == 1
    assert taken.opinion.text not in alike.pop()


def test_nothing_typed_is_asked_for_again(client, site):
    response = client.post("/receipts/", {"number": "ABC", "code": ""})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["code"]


def test_guessing_is_stopped_after_a_while(ask):
    for _n in range(30):
        assert ask(code="A" * 26).status_code == 404

    assert ask(code="A" * 26).status_code == 429


def test_the_author_adds_until_the_close(ask, clock, taken):
    clock.move_to(CLOSES - timedelta(seconds=1))
    key = ask().context["addition_key"]
    wish = {"wish": "add", "text": "还有一点：请加宽门。", "submission_key": key}

    first, second = ask(**wish), ask(**wish)

    assert (first.status_code, second.status_code) == (200, 200)
    assert OpinionAddition.objects.get().text == "还有一点：请加宽门。"
    assert "还有一点：请加宽门。" in words(first)


@pytest.mark.parametrize("text", ["", "长" * 10_001, "有\x00字符"])
def test_an_addition_that_cannot_be_kept_is_shown_back(ask, text):
    key = ask().context["addition_key"]

    response = ask(wish="add", text=text, submission_key=key)

    assert response.status_code == 409
    assert response.context["typed"] == text
    assert not OpinionAddition.objects.exists()


def test_an_addition_from_a_form_open_for_too_long_is_shown_back(ask, clock):
    key = ask().context["addition_key"]
    clock.shift(timedelta(hours=24))

    response = ask(wish="add", text="还有一点", submission_key=key)

    assert (response.status_code, response.context["typed"]) == (409, "还有一点")


def test_the_author_withdraws_with_a_tick(ask, taken):
    assert ask(wish="withdraw").status_code == 409
    assert Opinion.objects.get().withdrawn_at is None

    response = ask(wish="withdraw", sure="yes")

    assert response.status_code == 200
    assert Opinion.objects.get().withdrawn_at == OPENS
    assert not response.context["may_change"]


def test_what_was_withdrawn_is_not_added_to(ask):
    key = ask().context["addition_key"]
    ask(wish="withdraw", sure="yes")

    assert ask(wish="add", text="还是要说", submission_key=key).status_code == 409
    assert not OpinionAddition.objects.exists()


@pytest.mark.parametrize(
    "wish", [{"wish": "withdraw", "sure": "yes"}, {"wish": "add", "text": "晚了"}]
)
def test_after_the_close_nothing_changes_any_more(ask, clock, wish):
    clock.move_to(CLOSES - timedelta(minutes=1))
    key = ask().context["addition_key"]
    clock.move_to(CLOSES)

    response = ask(**wish, submission_key=key)

    assert response.status_code == 409
    assert Opinion.objects.get().withdrawn_at is None
    assert not OpinionAddition.objects.exists()


def test_a_wish_nobody_offered_changes_nothing(ask):
    response = ask(wish="delete-all")

    assert response.status_code == 409
    assert Opinion.objects.get().withdrawn_at is None


def test_the_verdict_is_told_once_the_report_is_public(ask, lift, officer, after_close):
    at = after_close()
    keys = list(lift.opinions.values_list("pk", flat=True))
    decide_opinions(lift, keys, verdict=Verdict.NOT_ADOPTED, reason=REASON, by=officer, at=at)
    report = make_report(lift, by=officer, at=at)

    before = ask()
    publish(report)
    after = ask()

    assert [REASON in words(response) for response in (before, after)] == [False, True]
    assert before.context["answers"] == []
    [answer] = after.context["answers"]
    assert (answer.verdict, answer.reason) == (Verdict.NOT_ADOPTED, REASON)


def test_what_is_decided_after_the_report_is_not_told_before_its_correction(
    ask, lift, officer, after_close
):
    at = after_close()
    keys = list(lift.opinions.values_list("pk", flat=True))
    decide_opinions(lift, keys, verdict=Verdict.NOT_ADOPTED, reason=REASON, by=officer, at=at)
    publish(make_report(lift, by=officer, at=at))
    decide_opinions(lift, keys, verdict=Verdict.ADOPTED, reason="", by=officer, at=at)

    [answer] = ask().context["answers"]

    assert answer.verdict == Verdict.NOT_ADOPTED
