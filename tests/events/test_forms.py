"""What the form says to bad input: a clear word at the field, and nothing taken."""

import pytest
from django.template import Context, Template

from events.forms import ChangePartyForm, SignUpForm
from events.models import SignUp
from events.party import Guest
from events.rules import PhoneInvalid, normalised_phone
from tests.factories import SIGN_UP_OPENS, SessionFactory

from .conftest import places_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0000 0000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+852 5123 4567", "+85251234567"),
        ("0044 20 7946 0000", "+442079460000"),
        ("", ""),
    ],
)
def test_a_number_has_one_spelling(typed, number):
    assert normalised_phone(typed) == number


@pytest.mark.parametrize("typed", ["5123 4567", "+1", "+86 123", "zhang@example.cn", "12345", "x"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(PhoneInvalid):
        normalised_phone(typed)


@pytest.fixture
def fill(notice):
    """The form of an activity, filled in as far as needed."""

    def filling(offered, **typed):
        page = offered.activity
        known = {"activity": page, "sessions": [offered], "at": SIGN_UP_OPENS, "notice": notice}
        fresh = SignUpForm(**known)
        hidden = {name: fresh[name].value() for name in ("submission_key", "notice_version")}
        data = {
            "session": str(offered.key),
            "contact_name": "张三",
            "contact": "13800000000",
            "audience": "resident",
            "party_size": "1",
            "consent": "on",
        }
        return SignUpForm(data | hidden | typed, **known)

    return filling


def test_little_is_asked(session, fill):
    form = fill(session)

    assert form.is_valid(), form.errors
    assert form.party().size == 1
    assert form.intake_data()["contact"] == "13800000000"
    assert form.intake_data()["wants_letter"] is True


def test_a_whole_family_is_read(session, fill):
    form = fill(
        session,
        party_size="3",
        guest_1_name="李四",
        guest_2_name="小明",
        guest_2_child="on",
        guardian_name="张三",
        guardian_phone="13800000000",
        guardian_consent="on",
        needs="轮椅",
        needs_consent="on",
        question="几点开始？",
        email="Zhang@Example.cn",
    )

    assert form.is_valid(), form.errors
    party = form.party()
    assert party.guests == (Guest("李四"), Guest("小明", is_child=True))
    assert (party.under_14, party.has_guardian, party.email) == (1, True, "zhang@example.cn")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"party_size": "0"}, "party_size"),
        ({"party_size": "-1"}, "party_size"),
        ({"party_size": "5"}, "party_size"),
        ({"party_size": str(10**9)}, "party_size"),
        ({"party_size": "9" * 5000}, "party_size"),
        ({"party_size": "zwei"}, "party_size"),
        ({"party_size": ""}, "party_size"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_name": "张" * 10_000}, "contact_name"),
        ({"contact_name": "张\x00三"}, "contact_name"),
        ({"contact": "5123 4567"}, "contact"),
        ({"contact": ""}, "contact"),
        ({"contact": "zhang@example.cn"}, "contact"),
        ({"email": "no address"}, "email"),
        ({"audience": ""}, "audience"),
        ({"audience": "king"}, "audience"),
        ({"session": ""}, "session"),
        ({"session": "00000000-0000-0000-0000-000000000000"}, "session"),
        ({"guest_1_name": "李" * 10_000, "party_size": "2"}, "guest_1_name"),
        ({"guest_1_name": "李四"}, "party_size"),
        ({"needs": "轮椅"}, "needs_consent"),
        ({"is_child": "on"}, "guardian_consent"),
        ({"is_child": "on", "guardian_consent": "on", "guardian_name": "张"}, "guardian_phone"),
        ({"question": "问" * 2001}, "question"),
        ({"consent": ""}, "consent"),
    ],
)
def test_bad_input_gets_a_word_at_its_field_and_takes_nothing(session, fill, typed, field):
    form = fill(session, **typed)

    assert not form.is_valid()
    assert field in form.errors
    assert (places_of(session), SignUp.objects.count()) == ((4, 0, 0), 0)


def test_a_session_of_another_activity_cannot_be_chosen(session, fill, make_activity):
    other = SessionFactory(activity=make_activity(slug="another"))

    assert list(fill(session, session=str(other.key)).errors) == ["session"]


def test_ages_are_asked_only_where_they_matter(make_activity, fill):
    session = SessionFactory(activity=make_activity(min_age=14))

    assert "age" in fill(session).errors
    assert "age" in fill(session, age="13").errors
    assert fill(session, age="14").is_valid()
    assert "age" in fill(session, age="30", party_size="2").errors
    assert fill(session, age="30", party_size="2", guest_1_age="15").is_valid()


def test_where_one_must_live_is_asked(make_activity, fill):
    session = SessionFactory(activity=make_activity(residence="town"))

    assert list(fill(session).errors) == ["lives_here"]
    assert fill(session, lives_here="on").is_valid()


def test_only_those_invited_by_the_page_can_be_chosen(make_activity, fill):
    session = SessionFactory(activity=make_activity(audiences=["observer"]))

    assert list(fill(session).errors) == ["audience"]
    assert fill(session, audience="observer").is_valid()


def test_the_form_shows_again_what_a_party_said(session, come):
    one = come(session, 2, guests=[Guest(name="李四")]).sign_up
    form = ChangePartyForm(sign_up=one)

    assert (form["party_size"].value(), form["guest_1_name"].value()) == (2, "李四")
    changed = ChangePartyForm({"party_size": "1"}, sign_up=one)
    assert changed.is_valid(), changed.errors
    assert (changed.party().size, changed.party().guests) == (1, ())


def test_the_form_needs_no_script_and_renders(session, fill):
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(
        Context({"form": fill(session)})
    )

    assert [
        name for name in ("guest_3_name", "guardian_consent", "consent") if name not in page
    ] == []
    assert "guest_4_name" not in page
