"""The desk of the open day: what officials see and do."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cms.letters.enums import LetterState
from cms.letters.models import Letter
from cms.record.models import Event
from events import rules
from events.actions.sessions import keep_places
from events.desk.views.base import refusal
from events.enums import QuotaKind
from events.models import Question, Quota, Session, SessionPlaces, SignUp
from tests.factories import SIGN_UP_OPENS, STARTS, SessionFactory

from ..conftest import places_of, state_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def typed(moment) -> str:
    return f"{moment.astimezone(STARTS.tzinfo):%Y-%m-%d %H:%M}"


def refusal_in(answer) -> str:
    [said] = answer.context["form"].non_field_errors()
    return said


def test_the_list_names_every_activity_with_what_is_taken(desk, session, come):
    come(session, 3)

    page = desk.get(reverse("open_day:index")).content.decode()

    assert session.activity.title in page
    assert "3 / 4" in page


@pytest.mark.parametrize("name", ["index", "index_results"])
def test_the_list_asks_the_same_for_one_and_three_activities(
    desk, make_activity, django_assert_max_num_queries, name
):
    SessionFactory(activity=make_activity())
    desk.get(reverse(f"open_day:{name}"))
    with django_assert_max_num_queries(100) as one:
        desk.get(reverse(f"open_day:{name}"))
    SessionFactory(activity=make_activity())
    SessionFactory(activity=make_activity())
    with django_assert_max_num_queries(100) as three:
        desk.get(reverse(f"open_day:{name}"))

    assert len(three) == len(one)


def test_the_parties_are_listed_masked_with_their_last_letter(desk, session, come, address):
    taken = come(session, 2, phone="13812345678")

    page = desk.get(address("parties")).content.decode()

    assert taken.receipt.number in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "张三" not in page


def test_the_list_of_parties_asks_the_same_for_one_and_three(
    desk, session, come, address, django_assert_max_num_queries
):
    come(session)
    desk.get(address("parties"))
    with django_assert_max_num_queries(100) as one:
        desk.get(address("parties"))
    come(session)
    come(session)
    with django_assert_max_num_queries(100) as three:
        desk.get(address("parties"))

    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {0, 1}),
        ("?state=confirmed", {0}),
        ("?state=waitlisted", {1}),
        ("?quota=all", {0, 1}),
        ("?channel=phone", set()),
        ("?answer=none", {0, 1}),
        ("?answer=yes", set()),
        ("?q=13812345678", {1}),
        ("?q=00000", set()),
        ("?quota=999999", set()),
    ],
)
def test_parties_are_filtered_and_searched(desk, session, come, address, query, found):
    taken = [come(session, 4), come(session, 1, phone="13812345678")]

    page = desk.get(address("parties") + query).content.decode()

    assert {n for n, one in enumerate(taken) if one.receipt.number in page} == found


def test_a_receipt_is_found_by_its_number(desk, session, come, address):
    one, other = come(session), come(session)

    page = desk.get(address("parties") + f"?q={one.receipt.number}").content.decode()

    assert address("party", one.sign_up.pk) in page
    assert address("party", other.sign_up.pk) not in page


def test_more_places_go_to_who_waits(desk, session, come, address):
    come(session, 4)
    waiting = come(session, 2)

    desk.post(address("capacity"), {"capacity": "6"})

    assert (state_of(waiting), places_of(session)) == ("confirmed", (6, 6, 0))


def test_fewer_places_than_are_taken_is_refused_with_a_word(desk, session, come, address):
    come(session, 3)

    answer = desk.post(address("capacity"), {"capacity": "2"})

    assert answer.status_code == 422
    assert refusal_in(answer) == refusal(rules.CapacityBelowTaken())
    assert places_of(session) == (4, 3, 0)


def test_a_session_is_planned_then_announced(desk, activity):
    facts = {
        "starts_at": typed(STARTS),
        "ends_at": typed(STARTS + HOUR),
        "capacity": "30",
        "minimum": "5",
    }
    desk.post(reverse("open_day:plan", args=[activity.pk]), facts)
    planned = Session.objects.get(activity=activity)
    assert (planned.state, planned.places.capacity, planned.starts_at) == ("planned", 30, STARTS)

    desk.post(reverse("open_day:announce", args=[activity.pk, planned.pk]))

    assert Session.objects.get(pk=planned.pk).state == "open"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_at": typed(STARTS)}, "ends_at"),
        ({"starts_at": typed(SIGN_UP_OPENS)}, "starts_at"),
        ({"capacity": "-1"}, "capacity"),
        ({"capacity": "1000000000"}, "capacity"),
        ({"room": "77"}, "room"),
    ],
)
def test_a_session_that_makes_no_sense_is_not_planned(desk, activity, changed, field):
    facts = {
        "starts_at": typed(STARTS),
        "ends_at": typed(STARTS + HOUR),
        "capacity": "30",
        "minimum": "0",
    }

    answer = desk.post(reverse("open_day:plan", args=[activity.pk]), facts | changed)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert not Session.objects.exists()


def test_places_are_kept_and_released(desk, session, come, address):
    facts = {
        "kind": "committee",
        "name": "长江路居委会",
        "capacity": "2",
        "kept_until": typed(STARTS - HOUR),
    }
    desk.post(address("keep"), facts)
    quota = Quota.objects.get(session=session)
    assert (quota.capacity, places_of(session)) == (2, (2, 0, 0))
    come(session, 2)
    waiting = come(session, 1)

    desk.post(address("end_quota", quota.pk))

    assert (state_of(waiting), places_of(session)) == ("confirmed", (4, 3, 0))


def test_moving_shows_whom_it_concerns_and_tells_them(desk, session, come, address):
    taken = come(session, 2)
    page = desk.get(address("move")).content.decode()
    assert taken.receipt.number in page

    moved = STARTS + timedelta(days=1)
    desk.post(
        address("move"),
        {"starts_at": typed(moved), "ends_at": typed(moved + HOUR), "reason": "台风（示例）"},
    )

    assert Session.objects.get(pk=session.pk).starts_at == moved
    assert list(Letter.objects.order_by("pk").values_list("cause", flat=True)) == [
        "confirmed",
        "session_moved",
    ]


def test_cancelling_shows_whom_it_concerns_and_offers_another_session(
    desk, session, come, address
):
    other = SessionFactory(activity=session.activity, starts_at=STARTS + timedelta(days=1))
    taken = come(session, 2)
    page = desk.get(address("cancel")).content.decode()
    assert taken.receipt.number in page
    assert str(other) in page

    answer = desk.post(address("cancel"), {"reason": "设备检修（示例）"}, follow=True)

    assert Session.objects.get(pk=session.pk).state == "cancelled"
    assert (state_of(taken), SignUp.objects.get().session_id) == ("offered", other.pk)
    assert "1" in str(list(answer.context["messages"])[0])


def test_cancelling_without_a_reason_cancels_nothing(desk, session, address):
    answer = desk.post(address("cancel"), {"reason": ""})

    assert answer.status_code == 422
    assert Session.objects.get(pk=session.pk).state == "open"


def test_the_contact_is_shown_with_a_reason_and_on_record(desk, session, come, address):
    taken = come(session, phone="13812345678", needs="轮椅", needs_consented=True)
    party = address("party", taken.sign_up.pk)
    assert "轮椅" not in desk.get(party).content.decode()

    refused = desk.post(address("contact", taken.sign_up.pk), {"contact-reason": ""})
    assert (refused.status_code, "13812345678" in refused.content.decode()) == (422, False)
    assert not Event.objects.filter(verb="intake.contact_unmasked").exists()

    shown = desk.post(address("contact", taken.sign_up.pk), {"contact-reason": "确认轮椅通道"})

    assert "13812345678" in shown.content.decode()
    assert "轮椅" in shown.content.decode()
    assert Event.objects.filter(verb="intake.contact_unmasked").count() == 1


def test_the_phone_list_names_whom_no_letter_reached(desk, session, come, address):
    reached = come(session)
    failed = come(session, phone="13812345678")
    Letter.objects.update(state=LetterState.SENT, sent_at=SIGN_UP_OPENS, next_try_at=None)
    Letter.objects.filter(about_id=str(failed.sign_up.pk)).update(
        state=LetterState.FAILED, sent_at=None
    )

    page = desk.get(address("unreached")).content.decode()
    assert failed.receipt.number in page
    assert reached.receipt.number not in page
    assert "13812345678" not in page

    shown = desk.post(address("unreached"), {"reason": "场次改期，电话通知"}).content.decode()

    assert "13812345678" in shown
    assert Event.objects.filter(verb="intake.contact_unmasked").count() == 1


def test_somebody_who_rang_up_gets_a_place_or_waits(desk, session, come, address):
    come(session, 3)
    facts = {"channel": "phone", "name": "李四", "phone": "13912345678", "size": "1"}
    desk.post(address("enter"), facts)
    desk.post(address("enter"), facts | {"phone": "13912345679", "size": "2", "children": "1"})

    entered = SignUp.objects.filter(channel="phone").order_by("pk")
    assert [(one.state, one.party_size, one.under_14) for one in entered] == [
        ("confirmed", 1, 0),
        ("waitlisted", 2, 1),
    ]


def test_a_person_is_not_entered_twice(desk, session, come, address):
    come(session, phone="13912345678")

    answer = desk.post(
        address("enter"),
        {"channel": "phone", "name": "李四", "phone": "13912345678", "size": "1"},
    )

    assert answer.status_code == 422
    assert refusal_in(answer) == refusal(rules.AlreadySignedUp())
    assert places_of(session) == (4, 1, 0)


def test_an_official_enters_from_kept_places(desk, session, official, address):
    quota = keep_places(
        session,
        QuotaKind.COMMITTEE,
        2,
        kept_until=STARTS,
        by=official,
        at=SIGN_UP_OPENS,
    )
    facts = {"channel": "counter", "name": "李四", "size": "2", "quota": str(quota.pk)}

    desk.post(address("enter"), facts)
    again = desk.post(address("enter"), facts)

    assert again.status_code == 422
    assert (Quota.objects.get().taken, places_of(session)) == (2, (2, 0, 0))


def test_an_invitation_holds_a_place_until_it_is_answered(desk, session, address):
    facts = {
        "name": "王五",
        "phone": "wang@example.cn",
        "size": "1",
        "answer_by": typed(SIGN_UP_OPENS + timedelta(days=2)),
    }

    desk.post(address("invite"), facts)

    invited = SignUp.objects.get()
    assert (invited.state, invited.channel) == ("offered", "invited")
    assert places_of(session) == (4, 1, 0)


def test_what_an_official_does_for_a_party(desk, session, come, address):
    taken = come(session, 4)
    key = taken.sign_up.pk
    waiting = come(session, 2)

    desk.post(address("resize", key), {"size-size": "2"})
    assert (SignUp.objects.get(pk=key).party_size, state_of(waiting)) == (2, "confirmed")

    desk.post(address("coming", key))
    assert SignUp.objects.get(pk=key).is_coming is True

    desk.post(address("cancel_party", key))
    assert (state_of(taken), places_of(session)) == ("cancelled", (4, 2, 0))


def test_a_party_of_nobody_is_refused(desk, session, come, address):
    taken = come(session, 2)

    answer = desk.post(address("resize", taken.sign_up.pk), {"size-size": "0"})

    assert answer.status_code == 422
    assert SignUp.objects.get().party_size == 2


def test_looking_changes_nothing(desk, session, come, address):
    come(session)
    before = list(SignUp.objects.values())

    for name in ("announce", "finish", "choose", "run", "commit"):
        assert desk.get(address(name)).status_code == 405
    for name in ("cancel_party", "accept", "decline", "coming", "undo", "resize", "contact"):
        assert desk.get(address(name, SignUp.objects.get().pk)).status_code == 405

    assert list(SignUp.objects.values()) == before


def test_a_question_is_answered_by_name(desk, session, come, official):
    come(session, question="停车位够吗？")
    question = Question.objects.get()
    listed = desk.get(reverse("open_day:questions", args=[session.activity_id]))
    assert "停车位够吗？" in listed.content.decode()

    desk.post(
        reverse("open_day:answer", args=[session.activity_id, question.pk]),
        {"answer": "有临时停车场（示例）。", "is_frequent": "on"},
    )

    question.refresh_from_db()
    assert (question.answer, question.is_frequent, question.answered_by) == (
        "有临时停车场（示例）。",
        True,
        official,
    )
    assert Event.objects.filter(verb="events.question_answered").count() == 1


def test_files_hold_no_contact_and_no_formula(desk, session, come, address):
    come(session, 2, phone="13812345678")
    SignUp.objects.update(audience="resident")

    answer = desk.get(address("export_csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()
    book = desk.get(address("export_xlsx"))

    assert len(lines) == 2
    assert "138****5678" in lines[1]
    assert "13812345678" not in "".join(lines)
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_nothing_of_it_may_be_kept_by_a_proxy(desk, session, address):
    answer = desk.get(address("parties"))

    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_a_draw_is_promised_and_run_at_the_desk(
    desk, make_activity, come, clock, django_user_model
):
    activity = make_activity(admission="draw")
    session = SessionFactory(activity=activity, capacity=2)
    for size in (2, 1, 2):
        come(session, size)
    draw = reverse("open_day:draw", args=[activity.pk, session.pk])

    early = desk.post(reverse("open_day:run", args=[activity.pk, session.pk]), follow=True)
    assert str(list(early.context["messages"])[0]) == refusal(rules.NothingPromised())

    desk.post(reverse("open_day:commit", args=[activity.pk, session.pk]))
    session.refresh_from_db()
    assert session.draw.commitment in desk.get(draw).content.decode()
    assert session.draw.sealed_seed not in desk.get(draw).content.decode()

    clock.move_to(activity.closes_at)
    desk.post(reverse("open_day:run", args=[activity.pk, session.pk]))

    session.draw.refresh_from_db()
    assert session.draw.seed in desk.get(draw).content.decode()
    file = desk.get(reverse("open_day:draw_file", args=[activity.pk, session.pk]))
    assert file.json() == session.draw.file
    assert SessionPlaces.objects.get(pk=session.pk).taken <= 2


def test_the_chosen_get_places_and_the_others_are_told(desk, make_activity, come):
    activity = make_activity(admission="selection")
    session = SessionFactory(activity=activity, capacity=3)
    chosen, other = come(session, 2), come(session, 2)
    at = [activity.pk, session.pk]
    page = desk.get(reverse("open_day:select", args=at)).content.decode()
    assert chosen.receipt.number in page

    both = {"id": [chosen.sign_up.pk, other.sign_up.pk]}
    desk.post(reverse("open_day:choose", args=at), both)
    assert places_of(session) == (3, 0, 0)

    desk.post(reverse("open_day:choose", args=at), {"id": [chosen.sign_up.pk, "x", ""]})
    desk.post(reverse("open_day:finish", args=at))

    assert (state_of(chosen), state_of(other)) == ("confirmed", "not_selected")
    assert places_of(session) == (3, 2, 0)


def test_who_plans_sessions_but_reads_no_sign_ups_sees_numbers_only(
    client, make_official, session, come, address
):
    taken = come(session, 2)
    client.force_login(make_official("events.view_session", "events.manage_session"))

    page = client.get(address("cancel")).content.decode()

    assert "1组、2人" in page
    assert taken.receipt.number not in page
