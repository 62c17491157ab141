import re
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from cms.accounts.private import blind_index
from cms.intake import actions
from cms.intake.enums import Proof
from cms.intake.models import CONTACT_PURPOSE, MissedLookup, Receipt
from cms.intake.queries import find_receipt
from cms.intake.rules import ALPHABET, Limits, TooManySubmissions

from .conftest import AT, SHANGHAI, make_key

pytestmark = pytest.mark.django_db
FEW = Limits(per_network_per_hour=2, by_question_per_network_per_hour=1, per_contact_per_day=2)


def test_a_submission_gets_a_number_and_a_query_code_that_open_it(submit):
    receipt, code, is_new = submit()
    assert is_new
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", receipt.number)
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", code)
    assert find_receipt(receipt.number, code) == receipt


def test_the_query_code_is_not_stored(submit):
    receipt, code, _ = submit()
    stored = " ".join(str(value) for value in Receipt.objects.values_list().get())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_the_same_submission_counts_once_and_gets_the_same_receipt(submit):
    key = make_key()
    first, first_code, _ = submit(key=key)
    again, again_code, is_new = submit(key=key, at=AT + timedelta(minutes=1))
    assert (again.pk, again_code, is_new) == (first.pk, first_code, False)
    assert Receipt.objects.count() == 1


def test_the_same_submission_is_shown_its_receipt_even_when_a_limit_is_reached(submit):
    key = make_key()
    first, _, _ = submit(key=key, limits=FEW)
    submit(limits=FEW)
    again, _, is_new = submit(key=key, limits=FEW)
    assert (again.pk, is_new) == (first.pk, False)


def test_identical_submissions_of_two_people_both_count(submit):
    submit(contact="13812345678")
    submit(contact="13812345678")
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("contact", ["", "13812345678"])
def test_taking_in_asks_three_queries_and_two_for_a_repetition(
    submit, contact, django_assert_num_queries
):
    key = make_key()
    with django_assert_num_queries(3):
        submit(key=key, contact=contact)
    with django_assert_num_queries(2):
        submit(key=key, contact=contact)


def test_contact_data_is_unreadable_in_the_database_and_found_again_by_its_index(submit):
    receipt, _, _ = submit(contact_name="张三", contact="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact FROM intake_receipt")
        raw = " ".join(cursor.fetchone())
    assert "张三" not in raw
    assert "13812345678" not in raw
    found = Receipt.objects.get(contact_index=blind_index("13812345678", CONTACT_PURPOSE))
    assert (found.contact_name, found.contact) == ("张三", "13812345678")
    assert (found.masked_name, found.masked_contact) == ("张**", "138****5678")
    assert found.blind_index_values() == {"contact_index": found.contact_index}


def test_the_address_itself_is_not_stored(submit):
    receipt, _, _ = submit()
    assert re.fullmatch(r"[0-9a-f]{64}", receipt.network)
    tomorrow, _, _ = submit(at=AT + timedelta(days=1))
    assert receipt.network != tomorrow.network


def test_contact_data_has_a_day_on_which_it_goes(submit, settings):
    settings.JIANYAN_CONTACT_KEPT_DAYS = 10
    with_contact, _, _ = submit(contact="13812345678")
    without, _, _ = submit()
    chosen, _, _ = submit(contact_name="张三", delete_contact_on=date(2027, 1, 2))
    assert with_contact.delete_contact_on == date(2026, 12, 3)
    assert without.delete_contact_on is None
    assert chosen.delete_contact_on == date(2027, 1, 2)


def test_a_network_may_send_so_many_an_hour(submit):
    submit(limits=FEW)
    submit(limits=FEW)
    with pytest.raises(TooManySubmissions) as refused:
        submit(limits=FEW)
    assert refused.value.retry_after == 3600
    submit(limits=FEW, network_address="203.0.113.8")
    assert Receipt.objects.count() == 3


@pytest.mark.parametrize(
    ("later", "let_in"),
    [
        (timedelta(minutes=59, seconds=59), False),
        (timedelta(hours=1), True),
        (timedelta(hours=1, seconds=1), True),
    ],
)
def test_after_an_hour_a_network_may_send_again(submit, later, let_in):
    submit(limits=FEW)
    submit(limits=FEW)
    if let_in:
        submit(limits=FEW, at=AT + later)
    else:
        with pytest.raises(TooManySubmissions):
            submit(limits=FEW, at=AT + later)


def test_midnight_does_not_begin_a_new_hour(submit):
    before = datetime(2026, 11, 23, 23, 45, tzinfo=SHANGHAI)
    submit(limits=FEW, at=before)
    submit(limits=FEW, at=before)
    with pytest.raises(TooManySubmissions):
        submit(limits=FEW, at=before + timedelta(minutes=30))


@pytest.mark.parametrize(("hours", "let_in"), [(23, False), (24, True), (25, True)])
def test_a_contact_may_send_so_many_a_day_from_any_network(submit, hours, let_in):
    for last in (1, 2):
        submit(limits=FEW, contact="13812345678", network_address=f"203.0.113.{last}")
    last = {"limits": FEW, "contact": "13812345678", "network_address": "203.0.113.3"}
    if let_in:
        submit(**last, at=AT + timedelta(hours=hours))
    else:
        with pytest.raises(TooManySubmissions):
            submit(**last, at=AT + timedelta(hours=hours))


def test_fewer_submissions_are_let_in_by_question_than_by_calculation(submit):
    submit(limits=FEW, proof=Proof.QUESTION)
    with pytest.raises(TooManySubmissions):
        submit(limits=FEW, proof=Proof.QUESTION)
    submit(limits=FEW, proof=Proof.WORK)


def test_whoever_comes_without_an_address_is_limited_too(submit):
    submit(limits=FEW, network_address="")
    submit(limits=FEW, network_address="unknown")
    with pytest.raises(TooManySubmissions):
        submit(limits=FEW, network_address="")


def test_the_limits_for_opinions_come_from_the_settings(submit, settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 1
    submit()
    with pytest.raises(TooManySubmissions):
        submit()


def test_consent_is_on_record_with_the_version_of_the_notice(submit, notice):
    receipt, _, _ = submit()
    assert (receipt.notice, receipt.consented_at) == (notice, AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        submit(consent_notice=None)
    at_the_desk, _, _ = submit(consent_notice=None, proof=Proof.DESK)
    assert at_the_desk.consented_at is None


def test_the_database_holds_what_a_receipt_promises(submit):
    receipt, _, _ = submit(contact="13812345678")
    row = Receipt.objects.filter(pk=receipt.pk)
    for broken in (
        {"delete_contact_on": None},
        {"contact_deleted_at": AT},
        {"contact_index": "", "wants_letter": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**broken)


def test_a_receipt_is_found_however_its_number_and_code_are_typed(submit):
    receipt, code, _ = submit()
    typed = receipt.number.lower().replace("-", " "), code.lower().replace("-", "")
    assert find_receipt(*typed) == receipt
    assert find_receipt(receipt.number.replace("0", "O").replace("1", "l"), code) == receipt


def test_a_wrong_code_and_a_wrong_number_find_nothing(submit):
    receipt, code, _ = submit()
    other, other_code, _ = submit()
    assert find_receipt(receipt.number, other_code) is None
    assert find_receipt(receipt.number, "") is None
    assert find_receipt("", code) is None
    assert find_receipt("0000-0000-0000", code) is None
    assert find_receipt("\x00" + "9" * 500, code) is None


def test_guessing_is_stopped_also_for_the_right_code(submit, monkeypatch):
    monkeypatch.setattr(actions, "MISSED_LOOKUPS_PER_HOUR", 2)
    receipt, code, _ = submit()
    here = {"network_address": "203.0.113.7", "at": AT}
    assert actions.look_up(receipt.number, code, **here) == receipt
    assert actions.look_up(receipt.number, "wrong", **here) is None
    assert actions.look_up(receipt.number, "wrong", **here) is None
    with pytest.raises(TooManySubmissions):
        actions.look_up(receipt.number, code, **here)
    elsewhere = here | {"network_address": "203.0.113.8"}
    assert actions.look_up(receipt.number, code, **elsewhere) == receipt
    later = here | {"at": AT + timedelta(hours=1)}
    assert actions.look_up(receipt.number, code, **later) == receipt
    assert MissedLookup.objects.count() == 2


needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two writers at one moment need PostgreSQL"
)


def at_one_moment(work, times=8):
    """Runs `work` in so many threads, each with a connection of its own; returns all answers."""
    barrier, answers = Barrier(times), []

    def run():
        try:
            answers.append(work(barrier))
        except IntegrityError as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@needs_postgresql
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_submission_arriving_eight_times_at_one_moment_counts_once(submit):
    key = make_key()

    def press(barrier):
        barrier.wait()
        with transaction.atomic():
            return submit(key=key, limits=Limits(99, 99, 99))

    answers = at_one_moment(press)
    assert Receipt.objects.count() == 1
    assert {(receipt.number, code) for receipt, code, _ in answers} == {
        (Receipt.objects.get().number, answers[0][1])
    }
    assert sorted(is_new for _, _, is_new in answers) == [False] * 7 + [True]


@needs_postgresql
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_then_would_not_do(submit):
    """The control: the same threads break the obvious way."""
    model, key = submit()[0], make_key()
    row = {field.attname: getattr(model, field.attname) for field in Receipt._meta.fields}
    row |= {"id": None, "submission_key": key.value}

    def press(barrier):
        seen = Receipt.objects.filter(submission_key=key.value).exists()
        barrier.wait()
        if not seen:
            Receipt.objects.create(**row | {"number": key.value[:12] + str(barrier.n_waiting)})

    answers = at_one_moment(press)
    assert any(isinstance(answer, IntegrityError) for answer in answers)
