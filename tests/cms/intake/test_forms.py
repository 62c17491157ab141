import re
from datetime import timedelta

import pytest
from crispy_forms.utils import render_crispy_form
from django.core.exceptions import ValidationError
from django.utils import translation

from cms.intake.enums import Proof
from cms.intake.fields import CitizenTextField
from cms.intake.forms import CitizenForm
from cms.intake.keys import new_submission_key
from cms.intake.models import Receipt

from .conftest import AT, make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class OpinionForm(CitizenForm):
    form_name = "opinion"
    text = CitizenTextField(limit=20, rows=5)


@pytest.fixture
def fill(notice):
    """The form as it comes back: put out at AT, everything needed filled in."""

    def call(*, at=AT, shown=None, **changes):
        blank = OpinionForm(at=AT, notice=shown or notice)
        data = {
            "submission_key": blank["submission_key"].value(),
            "notice_version": str(blank["notice_version"].value()),
            "text": "希望增加座椅",
            "consent": "on",
        }
        return OpinionForm(data | changes, at=at, notice=notice)

    return call


def test_an_opinion_needs_no_name_and_no_contact(fill, notice):
    form = fill()
    assert form.is_valid(), form.errors
    data = form.intake_data()
    assert (data["contact_name"], data["contact"], data["wants_letter"]) == ("", "", False)
    assert (data["consent_notice"], data["proof"]) == (notice, Proof.OFF)


def test_what_the_form_hands_on_is_what_taking_in_needs(fill, submit):
    form = fill(contact="１３８１２３４５６７８", contact_name="张三", wants_letter="on")
    assert form.is_valid(), form.errors
    receipt, _, _ = submit(**form.intake_data())
    assert (receipt.contact, receipt.wants_letter) == ("13812345678", True)


def test_without_consent_nothing_is_taken(fill):
    form = fill(consent="")
    assert set(form.errors) == {"consent"}


def test_the_consent_box_is_not_ticked_beforehand(notice):
    html = str(OpinionForm(at=AT, notice=notice)["consent"])
    assert 'type="checkbox"' in html
    assert "checked" not in html


def test_a_form_put_out_again_after_an_error_keeps_its_key_and_every_word(fill):
    form = fill(consent="", text="保留")
    key = form.data["submission_key"]
    assert not form.is_valid()
    assert form["submission_key"].value() == key
    assert form["text"].value() == "保留"


def test_after_a_day_the_form_has_a_new_key_and_still_every_word(fill):
    form = fill(at=AT + timedelta(hours=24))
    old = form.data["submission_key"]
    assert not form.is_valid()
    assert "once more" in form.non_field_errors()[0]
    assert form["text"].value() == "希望增加座椅"
    again = form.data.copy()
    assert again["submission_key"] != old
    later = AT + timedelta(hours=24, minutes=5)
    assert OpinionForm(again, at=later, notice=form.notice).is_valid()


def test_the_key_of_another_form_is_not_taken(fill):
    form = fill(submission_key=new_submission_key("sign-up", AT))
    assert not form.is_valid()
    assert form.key is None


def test_consent_is_to_the_notice_that_was_shown(fill, notice):
    newer = make_notice(version=2)
    form = fill()
    form.notice = newer
    assert not form.is_valid()
    assert "privacy notice has changed" in form.non_field_errors()[0]
    assert form["consent"].value() is False
    assert form["notice_version"].value() == "2"


def test_the_trap_for_robots_is_refused_in_words(fill):
    form = fill(homepage="https://spam.example")
    assert "empty" in form.errors["homepage"][0]


def test_the_trap_is_out_of_sight_and_out_of_the_way_of_the_keyboard(notice):
    html = render(OpinionForm(at=AT, notice=notice))
    trap = re.search(r'<div[^>]*class="field-extra"[^>]*>.*?</div>', html, re.DOTALL)[0]
    assert 'aria-hidden="true"' in trap
    field = re.search(r'<input[^>]*name="homepage"[^>]*>', html)[0]
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field
    assert 'type="text"' in field


@pytest.mark.parametrize("field", ["text", "contact_name", "contact"])
def test_characters_that_cannot_be_stored_are_refused_in_words(fill, field):
    form = fill(**{field: "乙\x00丙"})
    assert form.errors[field] == ["The text contains characters that cannot be stored."]


def test_rare_characters_are_kept_exactly(fill):
    form = fill(text="𠮷野家🏡", contact_name="𠮷田")
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["text"], form.cleaned_data["contact_name"]) == ("𠮷野家🏡", "𠮷田")


def test_a_text_at_the_limit_is_taken_and_one_longer_names_the_limit(fill):
    assert fill(text="字" * 20).is_valid()
    form = fill(text="字" * 21)
    assert form.errors["text"] == [
        "This is 21 characters long; 20 is the limit. Nothing was cut off."
    ]
    assert form["text"].value() == "字" * 21
    assert "maxlength" not in str(form["text"])


def test_a_line_break_counts_once(fill):
    form = fill(text="一\r\n二")
    assert form.is_valid()
    assert form.cleaned_data["text"] == "一\n二"


def test_a_contact_that_is_neither_number_nor_address_says_what_would_do(fill):
    form = fill(contact="微信 zhangsan")
    assert "mobile number of 11 digits or an e-mail address" in form.errors["contact"][0]


def test_who_wants_to_hear_must_say_where(fill):
    assert set(fill(wants_letter="on").errors) == {"contact"}


def test_a_form_that_must_reach_people_requires_name_and_contact(fill, notice):
    class SignUpForm(OpinionForm):
        contact_required = True

    form = SignUpForm(fill().data, at=AT, notice=notice)
    assert set(form.errors) == {"contact_name", "contact"}


def test_the_notice_stands_above_the_button(notice):
    html = render(OpinionForm(at=AT, notice=notice))
    places = [html.index(part) for part in ("我们这样处理", 'name="consent"', 'type="submit"')]
    assert places == sorted(places)
    assert "淞南镇人民政府" in html


def test_nothing_in_the_form_is_inline(notice, settings):
    settings.JIANYAN_PROOF_OF_WORK = True
    form = OpinionForm(at=AT, notice=notice)
    html = render(form) + str(form.media)
    assert not re.search(r"style=|<style|\son\w+=|<script(?![^>]*src=)", html)
    assert "http" not in re.sub(r'action="[^"]*"', "", html)


def render(form):
    return render_crispy_form(form)


def test_sending_a_form_costs_nothing_but_its_receipt(fill, submit, django_assert_num_queries):
    form = fill(contact="13812345678")
    with django_assert_num_queries(3):
        assert form.is_valid()
        submit(**form.intake_data())
    assert Receipt.objects.count() == 1


def test_bytes_of_another_encoding_are_refused_rather_than_stored_spoilt():
    spoilt = "加装电梯".encode("gb18030").decode("utf-8", "replace")

    with pytest.raises(ValidationError):
        CitizenTextField(limit=100).clean(spoilt)
