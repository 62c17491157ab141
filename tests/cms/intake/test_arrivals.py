from datetime import timedelta

import pytest

from cms.intake.actions import note_arrival, purge_arrivals
from cms.intake.enums import Proof
from cms.intake.models import Arrival, Receipt
from cms.intake.rules import TooManySubmissions

from .conftest import AT, make_key

pytestmark = pytest.mark.django_db


def arrive(**changes):
    arguments = {
        "kind": "survey",
        "key": make_key(),
        "proof": Proof.WORK,
        "network_address": "203.0.113.7",
        "at": AT,
    }
    return note_arrival(**(arguments | changes))


def test_the_same_submission_counts_once():
    key = make_key()

    assert [arrive(key=key), arrive(key=key), arrive()] == [True, False, True]
    assert Arrival.objects.count() == 2


def test_it_leaves_no_receipt_and_no_address():
    arrive()

    assert not Receipt.objects.exists()
    assert "203.0.113.7" not in str(Arrival.objects.values_list().get())


def test_a_network_may_send_so_much_in_an_hour_and_then_again(settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 2
    known = make_key()
    arrive(key=known)
    arrive()

    with pytest.raises(TooManySubmissions):
        arrive(at=AT + timedelta(minutes=59))
    assert arrive(network_address="198.51.100.7")
    assert arrive(kind="rating")
    assert arrive(key=known) is False
    assert arrive(at=AT + timedelta(hours=1))


def test_fewer_are_let_in_by_question(settings):
    settings.JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = 4
    arrive(proof=Proof.QUESTION)

    with pytest.raises(TooManySubmissions):
        arrive(proof=Proof.QUESTION)
    assert arrive(proof=Proof.WORK)


def test_an_arrival_is_forgotten_once_its_form_can_come_back_no_more():
    for hours in (47, 48, 49):
        arrive(at=AT - timedelta(hours=hours))

    assert purge_arrivals(AT) == {"arrivals": 2}


def test_noting_asks_four_queries_and_two_for_a_repetition(django_assert_num_queries):
    key = make_key()

    with django_assert_num_queries(4):
        arrive(key=key)
    with django_assert_num_queries(2):
        arrive(key=key)
