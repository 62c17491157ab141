from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from consultation.models import Opinion

from .conftest import AT, CLOSES, SHANGHAI

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(AT, tick=False):
        yield


def entry(**changes):
    return {
        "channel": "letter",
        "received_at": "2026-11-10 14:30",
        "article_key": "",
        "text": "来信：支持加装",
        "reasons": "",
        "identity": "resident",
        "author": "王小明",
        "contact": "13800001234",
        "entry_key": "a" * 32,
    } | changes


def test_an_opinion_is_entered_with_its_true_date_and_its_own_author(
    desk, address, consultation, officer
):
    article = consultation.draft[1].id
    desk.post(address("enter"), entry(article_key=article))
    opinion = Opinion.objects.get()
    assert opinion.received_at == datetime(2026, 11, 10, 14, 30, tzinfo=SHANGHAI)
    assert (opinion.channel, opinion.article_key) == ("letter", article)
    assert (opinion.entered_by, opinion.identity) == (officer, "resident")
    assert opinion.receipt.contact_name == "王小明"
    assert opinion.receipt.contact == "13800001234"
    assert "王小明" not in opinion.text + opinion.reasons


def test_an_opinion_without_author_needs_no_receipt(desk, address):
    desk.post(address("enter"), entry(author="", contact=""))
    assert Opinion.objects.get().receipt is None


def test_pressing_twice_enters_once(desk, address):
    for _press in range(2):
        assert desk.post(address("enter"), entry()).status_code == 302
    assert Opinion.objects.count() == 1
    desk.post(address("enter"), entry(entry_key="b" * 32))
    assert Opinion.objects.count() == 2


def test_each_form_has_a_key_of_its_own(desk, address):
    first, second = (
        desk.get(address("enter")).context["form"]["entry_key"].value() for _ in range(2)
    )
    assert first != second


@pytest.mark.parametrize(
    ("received_at", "late"),
    [(CLOSES - timedelta(minutes=1), False), (CLOSES, True), (AT, True)],
)
def test_what_came_after_the_close_is_entered_and_marked_as_late(desk, address, received_at, late):
    text = received_at.strftime("%Y-%m-%d %H:%M")
    response = desk.post(address("enter"), entry(received_at=text), follow=True)
    assert Opinion.objects.get().is_late is late
    [message] = response.context["messages"]
    assert message.level_tag == ("warning" if late else "success")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "长" * 10_001}, "text"),
        ({"text": "坏\x00字"}, "text"),
        ({"received_at": ""}, "received_at"),
        ({"received_at": "昨天"}, "received_at"),
        ({"received_at": "2026-11-23 10:02"}, "received_at"),
        ({"received_at": "1026-11-23 10:02"}, "received_at"),
        ({"channel": "web"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"article_key": "no-such"}, "article_key"),
        ({"identity": "alien"}, "identity"),
        ({"author": "张" * 101}, "author"),
        ({"contact": "wang@"}, "contact"),
        ({"contact": "13800001234", "wants_letter": "on"}, "contact"),
        ({"contact": "", "wants_letter": "on"}, "contact"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(desk, address, changes, field):
    response = desk.post(address("enter"), entry(**changes))
    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    for name, value in (
        entry(**changes) | {"wants_letter": bool(changes.get("wants_letter"))}
    ).items():
        assert form[name].value() == value
    assert not Opinion.objects.exists()


def test_rare_characters_are_stored_exactly(desk, address):
    desk.post(address("enter"), entry(text="𠮷田🏠家"))
    assert Opinion.objects.get().text == "𠮷田🏠家"


def test_after_one_letter_the_next_is_at_hand(desk, address):
    response = desk.post(address("enter"), entry(channel="phone", another="1"))
    assert response.url == f"{address('enter')}?channel=phone"
    assert desk.get(response.url).context["form"]["channel"].value() == "phone"


def test_a_clerk_who_may_not_read_comes_back_to_the_list_of_desks(client, make_user, address):
    client.force_login(make_user("clerk", "consultation.enter_opinion"))
    response = client.post(address("enter"), entry())
    assert response.url == reverse("opinions:index")
