"""Who may do what at the desk and the door, and of whose activities."""

import pytest
from django.urls import reverse

from events.models import Question, SignUp
from tests.factories import DepartmentFactory
from tests.helpers import let_go

from .conftest import CLERK

pytestmark = pytest.mark.django_db

VIEW = "events.view_session"
PARTIES = "events.view_signup"
QUESTIONS = "events.view_question"
ENTER = "events.enter_signup"
MANAGE = "events.manage_session"
DRAW = "events.run_draw"
ANSWER = "events.change_question"
UNMASK = "intake.unmask_receipt"

# Address, what it is about, method, and the one right without which it is closed.
TABLE = [
    ("desk", "activity", "get", VIEW),
    ("plan", "activity", "get", MANAGE),
    ("plan", "activity", "post", MANAGE),
    ("questions", "activity", "get", QUESTIONS),
    ("answer", "question", "get", ANSWER),
    ("answer", "question", "post", ANSWER),
    ("parties", "session", "get", PARTIES),
    ("parties_results", "session", "get", PARTIES),
    ("export_csv", "session", "get", PARTIES),
    ("export_xlsx", "session", "get", PARTIES),
    ("announce", "session", "post", MANAGE),
    ("capacity", "session", "get", MANAGE),
    ("capacity", "session", "post", MANAGE),
    ("keep", "session", "get", MANAGE),
    ("keep", "session", "post", MANAGE),
    ("move", "session", "get", MANAGE),
    ("move", "session", "post", MANAGE),
    ("cancel", "session", "get", MANAGE),
    ("cancel", "session", "post", MANAGE),
    ("enter", "session", "get", ENTER),
    ("enter", "session", "post", ENTER),
    ("invite", "session", "get", MANAGE),
    ("invite", "session", "post", MANAGE),
    ("unreached", "session", "get", PARTIES),
    ("unreached", "session", "post", UNMASK),
    ("draw", "session", "get", VIEW),
    ("commit", "session", "post", DRAW),
    ("run", "session", "post", DRAW),
    ("select", "session", "get", DRAW),
    ("choose", "session", "post", DRAW),
    ("finish", "session", "post", DRAW),
    ("party", "party", "get", PARTIES),
    ("contact", "party", "post", UNMASK),
    ("cancel_party", "party", "post", ENTER),
    ("accept", "party", "post", ENTER),
    ("decline", "party", "post", ENTER),
    ("coming", "party", "post", ENTER),
    ("resize", "party", "post", ENTER),
    ("undo", "party", "post", ENTER),
    ("door", "door", "get", ENTER),
    ("door_shell", "door", "get", ENTER),
    ("door_list", "door", "get", ENTER),
    ("door_scans", "door", "post", ENTER),
    ("door_check_in", "door", "post", ENTER),
    ("door_walk_in", "door", "post", ENTER),
    ("door_paper", "door", "get", ENTER),
    ("door_worker", "door", "get", ENTER),
]


@pytest.fixture
def place(session, come):
    """The address of each name, with something behind it."""
    come(session, question="能带孩子吗？")
    above = session.activity_id
    within = {
        "activity": [above],
        "question": [above, Question.objects.get().pk],
        "session": [above, session.pk],
        "party": [above, session.pk, SignUp.objects.get().pk],
        "door": [session.pk],
    }
    return lambda name, about: reverse(f"open_day:{name}", args=within[about])


def status_for(client, official, method, address) -> int:
    client.force_login(official)
    answer = getattr(client, method)(address)
    let_go(answer)  # a file on its way
    return answer.status_code


def test_each_address_needs_its_right(client, place, make_official):
    others = {right: make_official(*set(CLERK) - {right}) for right in CLERK}
    complete = make_official(*CLERK)

    refused = [
        (name, method)
        for name, about, method, right in TABLE
        if status_for(client, others[right], method, place(name, about)) != 302
    ]
    closed = [
        (name, method)
        for name, about, method, _ in TABLE
        if status_for(client, complete, method, place(name, about)) in (403, 404, 500)
        and (name, method) != ("door_check_in", "post")  # names no party: there is none such
    ]

    assert (refused, closed) == ([], [])


def test_each_address_needs_somebody_logged_in(client, place):
    found = {
        (name, method): getattr(client, method)(place(name, about)).url.split("?")[0]
        for name, about, method, _ in TABLE
    }

    assert set(found.values()) == {reverse("wagtailadmin_login")}


def test_an_activity_of_another_department_does_not_exist(client, place, make_official):
    stranger = make_official(*CLERK, department=DepartmentFactory(code="elsewhere"))

    found = {
        (name, method): status_for(client, stranger, method, place(name, about))
        for name, about, method, _ in TABLE
    }

    assert set(found.values()) == {404}


def test_the_own_department_sees_its_activity(client, place, session, make_official):
    colleague = make_official(*CLERK, department=session.activity.department)

    assert status_for(client, colleague, "get", place("parties", "session")) == 200


def test_whoever_may_nothing_sees_no_menu(client, make_official):
    client.force_login(make_official())

    assert "open-day/" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert client.get(reverse("open_day:index")).status_code == 302
