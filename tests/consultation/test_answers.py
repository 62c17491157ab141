"""Answers reach people: by their own way, point by point, in the words of the report (C9, A4)."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from cms.clearance.jobs import follow_up_publications
from cms.intake.enums import Grade
from cms.intake.models import ServiceRating
from cms.letters.models import Letter
from consultation.actions.reports import make_report
from consultation.actions.verdicts import decide_opinion, decide_opinions
from consultation.actions.work import split_opinion
from consultation.enums import Verdict
from consultation.models import Opinion
from tests.factories import OPENS
from tests.helpers import publish

pytestmark = pytest.mark.django_db

REASON = "采光已按国家标准设计，并留有15%的余量"
REPORT = "/decisions/2026/lift/adoption-report/"
SMS = {
    "mail": "cms.letters.channels.MailChannel",
    "sms": "cms.letters.channels.WebhookChannel",
}


@pytest.fixture
def decide(officer):
    def call(opinion, verdict=Verdict.NOT_ADOPTED, reason=REASON):
        opinion.refresh_from_db()
        said = {"verdict": verdict, "reason": reason, "seen_version": opinion.version}
        return decide_opinion(opinion, **said, by=officer, at=OPENS)

    return call


@pytest.fixture
def report_out(lift, officer, after_close):
    """The report is made, cleared, published and followed up; again with a correction."""

    def call(days=1, **changes):
        at = after_close(days)
        report = make_report(lift, by=officer, at=at)
        for name, value in changes.items():
            setattr(report, name, value)
        publish(report)
        follow_up_publications(at)
        cache.clear()
        return at

    return call


def answered():
    return list(Letter.objects.filter(cause="opinion_answered").order_by("pk"))


def page(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def look_up(client):
    def call(taken, **wish):
        held = {"number": taken.receipt.number, "code": taken.query_code}
        return client.post("/receipts/", {**held, **wish})

    return call


def test_mail_look_up_and_report_say_the_same_words(client, say, decide, report_out, look_up):
    taken = say("建议加宽门。我的电话13812345678。", contact="wang@example.cn", wants_letter=True)
    decide(taken.opinion)
    report_out()

    [letter] = answered()
    own, public = page(look_up(taken)), page(client.get(REPORT))
    for words in ("不采纳", REASON):
        assert [words in text for text in (letter.body, own, public)] == [True, True, True], words
    masked = "建议加宽门。我的电话138****5678。"
    assert [masked in text for text in (letter.body, public)] == [True, True]
    assert "建议加宽门。我的电话13812345678。" in own  # the author's own page has the own words
    assert letter.recipient == "wang@example.cn"
    assert REPORT in letter.body


def test_by_text_message_the_opinion_its_verdict_and_its_reason_go_out(
    settings, say, decide, report_out
):
    settings.JIANYAN_LETTER_CHANNELS = SMS
    taken = say("建议\n加宽门" + "。" * 50, contact="13800138000", wants_letter=True)
    decide(taken.opinion)
    report_out()

    [letter] = answered()
    assert (letter.channel, letter.recipient) == ("sms", "13800138000")
    assert "“建议 加宽门" in letter.body
    assert "…”，不采纳，理由：采光已按国家标准设计" in letter.body
    assert letter.body.count("\n") == 1


def test_who_has_no_way_to_be_reached_still_finds_the_answer(say, decide, report_out, look_up):
    taken = say("建议加宽门。")
    decide(taken.opinion)
    report_out()

    assert answered() == []
    assert REASON in page(look_up(taken))


def test_every_point_of_a_divided_opinion_is_answered(say, decide, officer, report_out, look_up):
    text = "补贴太少。\n另外噪音要管。"
    taken = say(text, contact="wang@example.cn", wants_letter=True)
    first, second = split_opinion(
        taken.opinion,
        ("补贴太少。", "另外噪音要管。"),
        seen_version=taken.opinion.version,
        by=officer,
        at=OPENS,
    )
    decide(first, Verdict.ADOPTED, "")
    decide(second)
    report_out()

    [letter] = answered()
    for told in (letter.body, page(look_up(taken))):
        places = [told.find(words) for words in ("补贴太少。", "采纳", "另外噪音要管。", REASON)]
        assert -1 not in places
        assert told.index("第1点") < told.index("第2点") if "第1点" in told else True


def test_after_a_correction_only_who_is_told_something_else_is_told_again(
    say, decide, report_out, look_up
):
    kept = say("甲的意见", contact="a@example.cn", wants_letter=True)
    changed = say("乙的意见", contact="b@example.cn", wants_letter=True)
    decide(kept.opinion), decide(changed.opinion)
    report_out()
    decide(changed.opinion, Verdict.ADOPTED, "")
    assert REASON in page(look_up(changed))
    report_out(2, correction="乙的意见经复核予以采纳")

    letters = answered()
    assert [letter.recipient for letter in letters] == [
        "a@example.cn",
        "b@example.cn",
        "b@example.cn",
    ]
    assert "更正" in letters[-1].subject
    assert "不采纳" not in letters[-1].body
    assert "不采纳" not in page(look_up(changed))


def test_a_word_mended_elsewhere_in_the_report_tells_nobody_again(say, decide, report_out):
    taken = say("甲的意见", contact="a@example.cn", wants_letter=True)
    decide(taken.opinion)
    report_out()
    report_out(2, correction="更正主送机关", addressees="区政府办公室")

    assert len(answered()) == 1


def test_the_letter_leads_to_a_page_that_rates_and_opens_nothing_else(
    client, say, decide, report_out
):
    taken = say("只有我知道的话", contact="wang@example.cn", wants_letter=True)
    decide(taken.opinion)
    report_out()
    [address] = re.findall(r"https?://[^/\s]+(/receipts/rating/\S+)", answered()[0].body)
    shown = client.get(address)

    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert "只有我知道的话" not in page(shown)
    assert not ServiceRating.objects.exists()

    key = shown.context["offer"].form["submission_key"].value()
    sent = {"grade": "bad", "reasons": ["unclear"], "comment": "没看懂", "submission_key": key}
    first, again = client.post(address, sent), client.post(address, {**sent, "grade": "good"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert ServiceRating.objects.get().grade == Grade.BAD
    assert "不满意" in page(first)
    assert client.get(address.replace("rating/", "rating/X")).status_code == 404


def test_the_holder_of_the_receipt_rates_and_rates_again(say, decide, report_out, look_up):
    taken = say("建议加宽门。")
    decide(taken.opinion)
    assert "评价本次答复" not in page(look_up(taken))
    assert look_up(taken, wish="rate", grade="good").status_code == 200
    assert not ServiceRating.objects.exists()
    report_out()

    for grade in ("very_bad", "fair"):
        key = look_up(taken).context["offer"].form["submission_key"].value()
        response = look_up(taken, wish="rate", grade=grade, submission_key=key)
        assert response.status_code == 200
        assert ServiceRating.objects.get().grade == grade


@pytest.mark.parametrize("grade", ["", "super", "5"])
def test_a_rating_without_one_of_the_five_grades_is_shown_back(
    say, decide, report_out, look_up, grade
):
    taken = say("建议加宽门。")
    decide(taken.opinion)
    report_out()
    key = look_up(taken).context["offer"].form["submission_key"].value()
    response = look_up(taken, wish="rate", grade=grade, comment="我写了很久", submission_key=key)

    assert response.status_code == 422
    assert "我写了很久" in page(response)
    assert not ServiceRating.objects.exists()


def test_a_form_of_another_site_rates_nothing(client, say, decide, report_out):
    taken = say("建议加宽门。", contact="wang@example.cn", wants_letter=True)
    decide(taken.opinion)
    report_out()
    [address] = re.findall(r"https?://[^/\s]+(/receipts/rating/\S+)", answered()[0].body)
    key = client.get(address).context["offer"].form["submission_key"].value()
    response = client.post(
        address, {"grade": "bad", "submission_key": key}, HTTP_ORIGIN="https://evil.example"
    )

    assert response.status_code == 403
    assert not ServiceRating.objects.exists()


def test_after_its_last_day_the_answer_is_rated_no_more(say, decide, report_out, look_up, clock):
    taken = say("建议加宽门。")
    decide(taken.opinion)
    at = report_out()
    key = look_up(taken).context["offer"].form["submission_key"].value()
    assert look_up(taken, wish="rate", grade="good", submission_key=key).status_code == 200
    clock.move_to(at + timedelta(days=91))
    response = look_up(taken, wish="rate", grade="bad", submission_key=key)

    assert response.status_code == 409
    assert response.context["offer"].form is None
    assert ServiceRating.objects.get().grade == Grade.GOOD


def test_ten_ratings_are_shown_on_the_report_and_nine_are_not(
    client, say, lift, officer, report_out, look_up
):
    taken = [say(f"意见{number}") for number in range(10)]
    keys = list(Opinion.objects.values_list("pk", flat=True))
    decide_opinions(lift, keys, verdict=Verdict.ADOPTED, reason="", by=officer, at=OPENS)
    report_out()
    for number, one in enumerate(taken):
        key = look_up(one).context["offer"].form["submission_key"].value()
        look_up(one, wish="rate", grade="bad" if number else "good", submission_key=key)
        cache.clear()
        is_shown = "对答复的评价" in page(client.get(REPORT)) if number > 7 else None
        assert is_shown in ({8: (False,), 9: (True,)}.get(number, (None,)))
