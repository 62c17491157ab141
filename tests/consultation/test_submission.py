"""Opinions are taken from the first moment of the period up to its last (plan 2023, III.1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from cms.intake.models import Receipt
from cms.letters.models import Letter
from cms.record.models import Event
from consultation.actions.opinions import add_to_opinion, enter_opinion, withdraw_opinion
from consultation.enums import Channel
from consultation.models import ConsultationPage, Opinion, OpinionAddition
from consultation.rules import CommentsClosed, OpinionWithdrawn
from tests.consultation.conftest import submission_key
from tests.factories import CLOSES, OPENS
from tests.helpers import publish

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("at", [OPENS, CLOSES - MOMENT])
def test_an_opinion_is_taken_while_the_period_is_open(say, lift, at):
    taken = say(at=at)

    assert taken.is_new
    assert (taken.opinion.consultation, taken.opinion.received_at) == (lift, at)


@pytest.mark.parametrize("at", [OPENS - MOMENT, CLOSES])
def test_no_opinion_is_taken_outside_the_period(say, at):
    with pytest.raises(CommentsClosed):
        say(at=at)

    assert (Opinion.objects.count(), Receipt.objects.count()) == (0, 0)


def test_the_moment_of_arrival_decides_not_when_its_turn_came(say, clock):
    clock.move_to(CLOSES + timedelta(minutes=5))

    assert say(at=CLOSES - MOMENT).is_new


def test_a_consultation_taken_off_the_site_takes_no_opinions(say, lift):
    lift.unpublish()

    with pytest.raises(CommentsClosed):
        say(page=ConsultationPage.objects.get(pk=lift.pk))


def test_the_same_submission_twice_is_one_opinion_with_one_receipt(say):
    key = submission_key(OPENS)

    first, second = say("第一次", key=key), say("又按了一次", key=key)

    assert (first.is_new, second.is_new) == (True, False)
    assert (second.receipt, second.query_code) == (first.receipt, first.query_code)
    assert Opinion.objects.get().text == "第一次"


def test_a_submission_sent_again_after_the_close_still_gets_its_receipt(say):
    key = submission_key(CLOSES - MOMENT)
    first = say(key=key, at=CLOSES - MOMENT)

    second = say(key=key, at=CLOSES + timedelta(seconds=2))

    assert (second.is_new, second.receipt) == (False, first.receipt)
    assert Opinion.objects.count() == 1


def test_the_same_words_of_two_people_are_two_opinions(say):
    say("同意"), say("同意")

    assert Opinion.objects.count() == 2


def test_an_opinion_on_an_article_keeps_its_name(say, lift):
    article = list(lift.draft)[1].id

    opinion = say(article_key=article).opinion

    assert (opinion.article_key, opinion.article_label) == (article, "第二条（补贴标准）")


def test_opinions_in_both_languages_meet_in_one_collection(say, lift, site):
    from_english = lift.copy_for_translation(
        site.root_page.get_translations().get().locale, copy_parents=True
    )
    english = publish(from_english)

    with translation.override("en"):
        say("Please widen the doors.", page=english, language="en")
    say("请加宽门。")

    assert list(lift.opinions.order_by("pk").values_list("language", flat=True)) == [
        "en",
        "zh-hans",
    ]
    assert not english.opinions.exists()


def test_the_submission_is_on_record_without_a_word_of_it(say):
    say("我家住在淞南路1号", contact_name="王阿姨", contact="wang@example.cn")

    event = Event.objects.get(verb="consultation.opinion_submitted")
    assert (event.actor_label, event.data) == ("citizen", {})


def test_who_left_an_address_and_wants_it_gets_a_letter_of_receipt(say):
    say(contact="wang@example.cn", wants_letter=True)
    say(contact="li@example.cn", wants_letter=False)
    say()

    assert [letter.cause for letter in Letter.objects.all()] == ["opinion_received"]


def test_an_opinion_says_something(lift):
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.create(consultation=lift, text="", received_at=OPENS)


def test_the_author_adds_until_the_close(say):
    opinion = say().opinion
    key = submission_key(CLOSES - MOMENT, "opinion-addition")

    assert add_to_opinion(opinion, text="还有一点", key=key, at=CLOSES - MOMENT)
    assert not add_to_opinion(opinion, text="又按了一次", key=key, at=CLOSES - MOMENT)

    opinion.refresh_from_db()
    assert (opinion.additions.get().text, opinion.version) == ("还有一点", 2)


def test_nothing_is_added_from_the_close_on(say):
    opinion = say().opinion

    with pytest.raises(CommentsClosed):
        add_to_opinion(opinion, text="晚了", key=submission_key(CLOSES), at=CLOSES)

    assert not OpinionAddition.objects.exists()


def test_nothing_is_added_to_what_was_withdrawn(say):
    opinion = say().opinion
    withdraw_opinion(opinion, at=OPENS)

    with pytest.raises(OpinionWithdrawn):
        add_to_opinion(opinion, text="还是要说", key=submission_key(OPENS), at=OPENS)

    assert not OpinionAddition.objects.exists()


def test_the_author_withdraws_and_the_contact_is_deleted_at_once(say):
    opinion = say(contact_name="王阿姨", contact="wang@example.cn").opinion

    withdraw_opinion(opinion, at=CLOSES - MOMENT)

    opinion.refresh_from_db()
    receipt = Receipt.objects.get()
    assert opinion.withdrawn_at == CLOSES - MOMENT
    assert (receipt.contact_name, receipt.contact, receipt.contact_index) == ("", "", "")
    assert not opinion.consultation.opinions.counted().exists()


def test_withdrawing_twice_is_withdrawing_once(say):
    opinion = say().opinion

    withdraw_opinion(opinion, at=OPENS)
    withdraw_opinion(opinion, at=OPENS + timedelta(hours=1))

    opinion.refresh_from_db()
    assert (opinion.withdrawn_at, opinion.version) == (OPENS, 2)
    assert Event.objects.filter(verb="consultation.opinion_withdrawn").count() == 1


def test_nothing_is_withdrawn_from_the_close_on(say):
    opinion = say().opinion

    with pytest.raises(CommentsClosed):
        withdraw_opinion(opinion, at=CLOSES)

    opinion.refresh_from_db()
    assert opinion.withdrawn_at is None


def test_what_came_by_letter_counts_with_its_true_day(lift, officer):
    opinion = enter_opinion(
        lift,
        text="来信：请保留绿地。",
        channel=Channel.LETTER,
        received_at=OPENS + timedelta(days=2),
        author="陈先生",
        contact="13800138000",
        by=officer,
        at=CLOSES + timedelta(days=1),
    )

    assert (opinion.received_at, opinion.entered_by) == (OPENS + timedelta(days=2), officer)
    assert opinion.receipt.contact_name == "陈先生"
    assert not opinion.is_late
    assert lift.opinions.counted().get() == opinion


def test_what_came_too_late_is_entered_and_marked(lift, officer):
    opinion = enter_opinion(
        lift, text="来晚了", channel=Channel.PHONE, received_at=CLOSES, by=officer, at=CLOSES
    )

    assert opinion.is_late


def test_the_same_entry_twice_is_one_opinion(lift, officer):
    def enter():
        return enter_opinion(
            lift,
            text="来电",
            channel=Channel.PHONE,
            received_at=OPENS,
            by=officer,
            at=OPENS,
            entry_key="form-1",
        )

    assert enter() == enter()
    assert Opinion.objects.count() == 1
