from base64 import b64encode
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from cms.accounts.models import Department, User
from cms.letters.actions import (
    LetterCannotBeSentAgain,
    UndeliverableAddress,
    deliver_due,
    forget_letters_about,
    forget_letters_before,
    resend_letter,
)
from cms.letters.enums import LetterState
from cms.letters.models import Letter
from cms.letters.rules import LEASE, WAITS
from cms.record.models import Event

from .conftest import NOON, a_letter, sample_context

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def test_a_letter_is_written_in_the_readers_language():
    english = a_letter()
    assert english.subject == "About Lifts"
    assert english.body == (
        "Dear Zhang,\n\nyou wrote on 2023-09-01:\n\n> Good.\n\n"
        "Receipt A1B2, 3.5: http://testserver/receipts/?number=A1B2\n- one\n- two\n"
    )
    chinese = a_letter(language="zh-hans", context=sample_context(title="加装电梯"))
    assert chinese.subject == "关于加装电梯"
    assert "您于2023年9月1日写道" in chinese.body
    assert a_letter(language="fr").language == "zh-hans"


def test_a_letter_waits_with_what_it_is_about():
    culture = Department.objects.create(code="culture", name="文化站")
    letter = Letter.objects.get(pk=a_letter(about=culture).pk)
    assert (letter.about_type, letter.about_id) == ("accounts.department", str(culture.pk))
    assert (letter.state, letter.attempts, letter.next_try_at) == ("queued", 0, NOON)
    assert (letter.recipient, letter.recipient_masked) == ("zhang@example.cn", "z***@example.cn")
    assert letter.message_id.endswith("@songnan.gov.cn>")


def test_address_and_text_are_not_readable_in_the_database():
    a_letter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM letters_letter")
        stored = str(cursor.fetchall())
    assert "z***@example.cn" in stored
    assert "zhang@example.cn" not in stored
    assert "Good" not in stored


def test_the_same_cause_gives_one_letter():
    first = a_letter(once_key="opinion_received:7")
    second = a_letter(once_key="opinion_received:7", recipient="other@example.cn")
    other = a_letter(once_key="opinion_received:8")
    assert (second.pk, second.recipient) == (first.pk, "zhang@example.cn")
    assert set(Letter.objects.values_list("pk", flat=True)) == {first.pk, other.pk}


def test_a_letter_leaves_after_the_commit_and_not_before(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        a_letter()
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [["zhang@example.cn"]]


def test_a_letter_goes_with_the_transaction_that_caused_it(memory):
    with pytest.raises(RuntimeError), transaction.atomic():
        a_letter()
        raise RuntimeError
    assert Letter.objects.count() == 0


def test_a_mail_says_that_a_machine_wrote_it_and_which_letter_it_is():
    letter = a_letter()
    assert deliver_due(NOON) == 1
    message = mail.outbox[0].message()
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "About Lifts"
    assert message["From"] == "Town <no-reply@songnan.gov.cn>"
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_a_citizens_text_never_becomes_a_header(end):
    evil = f"Lifts{end}Bcc: victim@example.cn{end}{end}<b>Pay here</b>"
    letter = a_letter(context=sample_context(title=evil, name=evil, text=evil))
    deliver_due(NOON)
    message = mail.outbox[0].message()
    assert letter.subject == "About Lifts Bcc: victim@example. cn <b>Pay here</b>"
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == ["zhang@example.cn"]
    assert letter.body.startswith("Dear Lifts\n> Bcc: victim@example. cn\n> \n> <b>Pay here</b>,")


@pytest.mark.parametrize(
    "address",
    ["", "zhang", "a@b.cn\nBcc: c@d.cn", "a@b.cn, c@d.cn", "Zhang <a@b.cn>", "a@b.cn\r\n\r\nx"],
)
def test_only_one_plain_address_is_written_to(address):
    with pytest.raises(UndeliverableAddress):
        a_letter(recipient=address)
    assert Letter.objects.count() == 0


def test_a_citizens_text_is_not_read_as_a_template():
    letter = a_letter(context=sample_context(text="{{ number }}{% now 'Y' %} 5 < 6 & more"))
    assert "> {{ number }}{% now 'Y' %} 5 < 6 & more\n" in letter.body


def test_a_letter_leaves_at_its_time(memory):
    a_letter()
    assert deliver_due(NOON - TICK) == 0
    assert deliver_due(NOON) == 1
    assert deliver_due(NOON + TICK) == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.sent_at, letter.next_try_at) == ("sent", NOON, None)
    assert [sent.pk for sent in memory.sent] == [letter.pk]


def test_a_letter_that_fails_is_tried_again_and_finally_given_up(memory):
    letter, at = a_letter(), NOON
    memory.failures = 6
    for attempts, wait in enumerate(WAITS, start=1):
        assert deliver_due(at) == 0
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == ("queued", attempts)
        assert (letter.next_try_at, letter.error) == (at + wait, "ConnectionError")
        assert deliver_due(at + wait - TICK) == 0
        letter.refresh_from_db()
        assert letter.attempts == attempts
        at += wait
    deliver_due(at)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.next_try_at) == ("failed", 6, None)
    assert deliver_due(at + timedelta(days=30)) == 0
    event = Event.objects.get(verb="letters.letter_failed")
    assert (event.result, event.data) == ("failed", {"attempts": 6, "error": "ConnectionError"})


def test_a_letter_that_fails_holds_up_no_other(memory):
    a_letter()
    second = a_letter()
    memory.failures = 1
    assert deliver_due(NOON) == 1
    assert [sent.pk for sent in memory.sent] == [second.pk]


def test_a_letter_tried_again_keeps_its_number(memory):
    letter = a_letter()
    memory.failures = 1
    deliver_due(NOON)
    deliver_due(NOON + WAITS[0])
    assert [sent.message_id for sent in memory.sent] == [letter.message_id]


def test_a_letter_whose_worker_died_is_sent_when_the_lease_is_over(memory):
    letter = a_letter()
    left_behind(letter, attempts=1)
    assert deliver_due(NOON + LEASE - TICK) == 0
    assert deliver_due(NOON + LEASE) == 1
    assert memory.sent[0].message_id == letter.message_id


def test_a_letter_that_kills_every_worker_is_given_up(memory):
    left_behind(a_letter(), attempts=6)
    assert deliver_due(NOON + LEASE) == 0
    assert (Letter.objects.get().state, memory.sent) == ("failed", [])


def left_behind(letter: Letter, *, attempts: int) -> None:
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.SENDING, attempts=attempts, next_try_at=NOON + LEASE
    )


def test_an_unknown_channel_fails_its_own_letters_only(memory):
    a_letter(channel="pigeon")
    a_letter()
    assert deliver_due(NOON) == 1
    assert Letter.objects.get(channel="pigeon").error == "KeyError"


def test_a_failed_letter_is_sent_again_on_record(memory):
    official = User.objects.create_user("officer")
    letter = a_letter()
    Letter.objects.update(state=LetterState.FAILED, attempts=6, next_try_at=None)
    resend_letter(letter, by=official, at=NOON)
    assert deliver_due(NOON) == 1
    assert memory.sent[0].message_id == letter.message_id
    assert Event.objects.get(verb="letters.letter_resent").actor == official


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "cancelled"])
def test_only_a_failed_letter_is_sent_again(state):
    letter = a_letter()
    Letter.objects.update(
        state=state,
        sent_at=NOON if state == "sent" else None,
        next_try_at=NOON if state in ("queued", "sending") else None,
    )
    with pytest.raises(LetterCannotBeSentAgain):
        resend_letter(letter, by=None, at=NOON)


def test_a_forgotten_letter_cannot_be_sent_again(memory):
    culture = Department.objects.create(code="culture", name="文化站")
    letter = a_letter(about=culture)
    other = a_letter()
    assert forget_letters_about(culture, at=NOON) == 1
    letter.refresh_from_db()
    assert (letter.recipient, letter.body, letter.subject, letter.recipient_masked) == ("",) * 4
    assert letter.state == "cancelled"
    Letter.objects.filter(pk=letter.pk).update(state="failed")
    with pytest.raises(LetterCannotBeSentAgain):
        resend_letter(letter, by=None, at=NOON)
    assert deliver_due(NOON) == 1
    assert [sent.pk for sent in memory.sent] == [other.pk]
    assert forget_letters_about(culture, at=NOON) == 0


def test_letters_are_forgotten_by_their_date(memory):
    a_letter()
    deliver_due(NOON)
    assert forget_letters_before(NOON, at=NOON) == 0
    assert forget_letters_before(NOON + TICK, at=NOON) == 1
    letter = Letter.objects.get()
    assert (letter.recipient, letter.body, letter.state) == ("", "", "sent")
    assert Event.objects.get(verb="letters.letters_forgotten").data == {"count": 1}


@pytest.mark.parametrize(
    "change", [{"state": "sent", "next_try_at": None}, {"next_try_at": None}, {"state": "failed"}]
)
def test_a_state_never_contradicts_its_times(change):
    a_letter()
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(**change)


def test_the_data_key_of_letters_can_be_changed(settings):
    a_letter()
    new = "new:" + b64encode(b"n" * 32).decode()
    settings.DATA_KEY = f"{new},{settings.DATA_KEY}"
    said = StringIO()
    call_command("rotate_data_key", stdout=said)
    assert "letters.letter.recipient" in said.getvalue()
    settings.DATA_KEY = new
    assert Letter.objects.get().recipient == "zhang@example.cn"
