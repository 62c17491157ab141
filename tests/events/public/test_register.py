"""我要报名: without an account, without JavaScript (plan 2023, III.3; page outline 5.4)."""

import html
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.enums import Admission
from events.models import SessionPlaces, SignUp
from tests.factories import SIGN_UP_CLOSES, SIGN_UP_OPENS, PrivacyNoticeFactory, SessionFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/open-day/2026/service-centre/register/"
SECOND = timedelta(seconds=1)
TYPED = {
    "contact_name": "王小明",
    "contact": "13900000001",
    "audience": "resident",
    "party_size": "2",
    "question": "几点开门？",
}


def words(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def notice(db):
    return PrivacyNoticeFactory(code="sign-up")


@pytest.fixture
def session(activity):
    return SessionFactory(activity=activity)


def form_of(client, address=ADDRESS) -> dict:
    """What a browser sends back of the form it was given."""
    shown = client.get(address).context["form"]
    hidden = {name: shown[name].value() for name in ("submission_key", "notice_version")}
    return {**hidden, "consent": "on"}


@pytest.fixture
def form(client, session, notice):
    return {**form_of(client), "session": str(session.key)}


def send(client, form, **typed):
    return client.post(ADDRESS, {**form, **TYPED, **typed})


def errors(response) -> dict[str, int]:
    return {name: len(found) for name, found in response.context["form"].errors.items()}


def test_a_party_signs_up_and_gets_receipt_code_and_link(client, form):
    response = send(client, form)

    taken = SignUp.objects.get()
    text = words(response)
    assert response.status_code == 201
    assert (taken.state, taken.party_size) == ("confirmed", 2)
    assert "报名成功，名额已确认" in text
    assert taken.receipt.number in text
    assert response.context["slip"].query_code in text
    assert f'href="http://testserver{response.context["manage_url"][17:]}"' in text
    assert (response["Referrer-Policy"], response["Cache-Control"]) == (
        "no-referrer",
        "private, no-store",
    )


def test_a_double_click_is_one_sign_up_with_one_receipt(client, form):
    first, second = send(client, form), send(client, form)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.context["slip"] == second.context["slip"]
    assert SignUp.objects.count() == 1


def test_who_comes_when_all_is_full_is_told_so_before_and_after(client, form, session):
    SessionPlaces.objects.filter(pk=session.pk).update(taken=10)
    cache.clear()

    before = words(client.get(ADDRESS))
    response = send(client, form)

    assert "您可以候补，目前没有其他人候补" in before
    assert "已进入候补：第1位" in words(response)
    assert SignUp.objects.get().state == "waitlisted"


def test_who_enters_a_draw_is_told_so_before_and_after(client, make_activity, notice):
    session = SessionFactory(activity=make_activity(slug="lots", admission=Admission.DRAW))
    address = "/open-day/2026/lots/register/"
    form = form_of(client, address)

    before = words(client.get(address))
    response = client.post(address, {**form, **TYPED, "session": str(session.key)})

    assert "报名截止后抽签，与报名先后无关" in before
    assert "已报名参加抽签" in words(response)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"party_size": "0"}, "party_size"),
        ({"party_size": "1000000000"}, "party_size"),
        ({"party_size": "5"}, "party_size"),
        ({"party_size": "two"}, "party_size"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_name": "长" * 10_000}, "contact_name"),
        ({"contact": ""}, "contact"),
        ({"contact": "12345"}, "contact"),
        ({"contact": "wang@example.cn"}, "contact"),
        ({"email": "wang@"}, "email"),
        ({"audience": ""}, "audience"),
        ({"audience": "king"}, "audience"),
        ({"session": "11111111-1111-1111-1111-111111111111"}, "session"),
        ({"session": "nonsense"}, "session"),
        ({"session": ""}, "session"),
        ({"needs": "轮椅"}, "needs_consent"),
        ({"consent": ""}, "consent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_every_fault_is_said_at_its_field_and_nothing_typed_is_lost(client, form, typed, where):
    response = send(client, form, **typed)

    shown = response.context["form"]
    assert response.status_code == 422
    assert errors(response) == {where: 1}
    kept = {name: value for name, value in {**TYPED, **typed}.items() if name != "consent"}
    assert {name: shown[name].value() or "" for name in kept} == kept
    assert (SignUp.objects.count(), SessionPlaces.objects.get().taken) == (0, 0)


def test_a_child_needs_the_consent_of_its_guardian(client, form):
    response = send(client, form, guest_1_child="on")

    assert set(errors(response)) == {"guardian_name", "guardian_phone", "guardian_consent"}
    assert not SignUp.objects.exists()
    told = {"guardian_name": "李妈妈", "guardian_phone": "13900000002", "guardian_consent": "on"}
    assert send(client, form, guest_1_child="on", **told).status_code == 201
    assert SignUp.objects.get().guardian_notice is not None


def test_a_number_of_another_country_is_taken(client, form):
    assert send(client, form, contact="+852 5123 4567").status_code == 201


def test_one_number_signs_up_once_and_is_told_at_the_field(client, form, session):
    send(client, form)
    again = {**form_of(client), "session": str(session.key)}

    response = send(client, again)

    assert (response.status_code, errors(response)) == (409, {"contact": 1})
    assert SignUp.objects.count() == 1


def test_a_session_of_another_activity_takes_nobody(client, form, make_activity):
    other = SessionFactory(activity=make_activity(slug="other"))

    assert errors(send(client, form, session=str(other.key))) == {"session": 1}


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (SIGN_UP_OPENS - SECOND, 409),
        (SIGN_UP_OPENS, 200),
        (SIGN_UP_CLOSES - SECOND, 200),
        (SIGN_UP_CLOSES, 409),
    ],
)
def test_the_form_is_there_while_the_window_is_open(client, session, notice, clock, at, status):
    clock.move_to(at)

    assert client.get(ADDRESS).status_code == status


def test_who_comes_too_late_gets_the_text_back_and_takes_nothing(client, form, clock):
    clock.move_to(SIGN_UP_CLOSES)

    response = send(client, {**form, "submission_key": form["submission_key"]})

    assert response.status_code in (409, 422)
    assert TYPED["question"] in words(response)
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("admission", [Admission.INVITATION, Admission.OPEN_DOOR])
def test_without_sign_up_there_is_no_form(client, make_activity, notice, admission):
    make_activity(slug="none", admission=admission)

    assert client.get("/open-day/2026/none/register/").status_code == 404


def test_without_a_notice_nobody_is_asked_for_anything(client, session):
    response = client.get(ADDRESS)

    assert response.status_code == 503
    assert "contact_name" not in words(response)


def test_an_activity_that_is_not_public_has_no_form(client, activity, notice):
    activity.unpublish()

    assert client.get(ADDRESS).status_code == 404


def test_a_foreign_page_cannot_send_the_form(client, form):
    response = client.post(ADDRESS, {**form, **TYPED}, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert not SignUp.objects.exists()


def test_the_session_in_the_address_is_chosen(client, activity, notice):
    sessions = [
        SessionFactory(activity=activity, starts_at=SIGN_UP_CLOSES + n * SECOND) for n in (1, 2)
    ]

    shown = client.get(ADDRESS, {"session": str(sessions[1].key)}).context["form"]

    assert shown["session"].value() == str(sessions[1].key)
    assert client.get(ADDRESS).context["form"]["session"].value() == ""


def test_a_form_that_is_kept_has_a_key_and_a_question_of_its_own(
    client, session, notice, settings
):
    settings.JIANYAN_PROOF_OF_WORK = True
    responses = [client.get(ADDRESS) for _ in range(2)]

    texts = [words(response) for response in responses]
    forms = [response.context["form"] for response in responses]
    keys = [form["submission_key"].value() for form in forms]
    assert keys[0] != keys[1]
    assert [[key in text for key in keys] for text in texts] == [[True, False], [False, True]]
    assert [
        str(form.fields["answer"].label) in text for form, text in zip(forms, texts, strict=True)
    ] == [
        True,
        True,
    ]


def queries_of(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_the_form_takes_few_queries_however_many_sessions(client, form, activity):
    for_one = queries_of(lambda: client.get(ADDRESS))
    for _ in range(2):
        SessionFactory(activity=activity)

    assert queries_of(lambda: client.get(ADDRESS)) == for_one <= 3


def test_a_sign_up_takes_few_queries(client, form):
    client.get(ADDRESS)

    assert queries_of(lambda: send(client, form)) <= 18


def test_the_english_form_belongs_to_the_same_places(client, site, activity, session, notice):
    english = publish(site.root_page.get_translations().get().specific).locale
    for page in (*activity.get_ancestors().filter(depth__gt=2).specific(), activity):
        publish(page.copy_for_translation(english))
    address = f"/en{ADDRESS}"

    response = client.post(
        address, {**form_of(client, address), **TYPED, "session": str(session.key)}
    )

    assert "Your place is confirmed" in words(response)
    assert SignUp.objects.get().activity == activity
