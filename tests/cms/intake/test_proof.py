import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path

import altcha
import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import translation

from cms.intake import proof
from cms.intake.enums import Proof
from cms.intake.fields import CitizenTextField
from cms.intake.forms import CitizenForm
from cms.intake.keys import new_submission_key

from .conftest import AT, make_notice

ALTCHA = Path(site.BASE_DIR) / "static" / "vendor" / "altcha-3.2.2"


@pytest.fixture(autouse=True)
def asked(settings):
    settings.JIANYAN_PROOF_OF_WORK = True
    with translation.override("en"):
        yield


@pytest.fixture
def token():
    return new_submission_key("opinion", AT)


def solve(challenge: dict) -> str:
    """What the widget sends."""
    read = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(read, altcha.solve_challenge(read)).to_base64()


def right_answer(token):
    first, second = proof.question(token).removesuffix("?").split(" is ")[1].split(" plus ")
    words = [str(word) for word in proof.NUMBER_WORDS]
    return words.index(first) + words.index(second)


def test_a_calculation_done_for_this_submission_is_taken(token):
    payload = solve(proof.new_challenge(token))
    assert proof.check(token, payload=payload, answer="") == Proof.WORK


def test_one_calculation_serves_one_submission(token):
    payload = solve(proof.new_challenge(token))
    other = new_submission_key("opinion", AT)
    with pytest.raises(proof.ProofWrong):
        proof.check(other, payload=payload, answer="")


def test_a_calculation_cannot_be_moved_to_another_submission(token):
    other = new_submission_key("opinion", AT)
    moved = json.loads(b64decode(solve(proof.new_challenge(token))))
    moved["challenge"]["parameters"]["data"] = proof.new_challenge(other)["parameters"]["data"]
    with pytest.raises(proof.ProofWrong):
        proof.check(other, payload=b64encode(json.dumps(moved).encode()).decode(), answer="")


def test_a_calculation_that_was_not_done_is_refused(token):
    undone = json.loads(b64decode(solve(proof.new_challenge(token))))
    undone["solution"]["counter"] += 1
    with pytest.raises(proof.ProofWrong):
        proof.check(token, payload=b64encode(json.dumps(undone).encode()).decode(), answer="")


@pytest.mark.parametrize(
    "payload",
    ["x", "e30=", "bnVsbA==", "W10=", "e" * 5000, "\x00", "汉", b64encode(b"[" * 2000).decode()],
)
def test_a_payload_that_is_none_is_refused(token, payload):
    with pytest.raises(proof.ProofWrong):
        proof.check(token, payload=payload, answer="")


def test_without_a_script_a_question_is_answered_in_digits_or_words(token):
    number = right_answer(token)
    assert proof.check(token, payload="", answer=str(number)) == Proof.QUESTION
    chinese = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    written = f"十{chinese[ones] if ones else ''}" if tens else chinese[ones]
    assert proof.check(token, payload="", answer=written) == Proof.QUESTION


def test_a_wrong_answer_and_no_answer_are_refused(token):
    with pytest.raises(proof.ProofWrong):
        proof.check(token, payload="", answer=str(right_answer(token) + 1))
    with pytest.raises(proof.ProofMissing):
        proof.check(token, payload="", answer=" ")


def test_submissions_are_asked_different_questions():
    asked = {proof.question(new_submission_key("opinion", AT)) for _ in range(40)}
    assert len(asked) > 10


def test_nothing_is_asked_when_proof_is_switched_off(token, settings):
    settings.JIANYAN_PROOF_OF_WORK = False
    assert proof.check(token, payload="", answer="") == Proof.OFF


def test_a_challenge_is_made_for_a_key_and_kept_nowhere(client, token):
    response = client.get(reverse("intake:challenge"), {"key": token})
    assert response.json()["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert "no-store" in response["Cache-Control"]
    assert proof.check(token, payload=solve(response.json()), answer="") == Proof.WORK
    assert not response.cookies


def test_a_challenge_without_a_usable_key_is_refused(client):
    for key in ("", "x" * 201):
        assert client.get(reverse("intake:challenge"), {"key": key}).status_code == 400
    assert client.post(reverse("intake:challenge"), {"key": "x"}).status_code == 405


class OpinionForm(CitizenForm):
    form_name = "opinion"
    text = CitizenTextField(limit=20)


@pytest.mark.django_db
def test_the_form_shows_the_question_and_takes_either_proof():
    notice = make_notice()
    blank = OpinionForm(at=AT, notice=notice)
    token = blank["submission_key"].value()
    assert proof.question(token) == blank["answer"].label
    assert f"key={token}" in str(blank["answer"])
    data = {"submission_key": token, "notice_version": "1", "text": "好", "consent": "on"}
    for given, way in (
        ({"answer": str(right_answer(token))}, Proof.QUESTION),
        ({"proof": solve(proof.new_challenge(token))}, Proof.WORK),
    ):
        form = OpinionForm(data | given, at=AT, notice=notice)
        assert form.is_valid(), form.errors
        assert form.intake_data()["proof"] == way
    form = OpinionForm(data, at=AT, notice=notice)
    assert set(form.errors) == {"answer"}
    assert form["answer"].label == proof.question(token)


def test_the_files_of_the_widget_are_the_published_ones():
    sums = (ALTCHA / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in sums)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in ALTCHA.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == listed
    assert "LICENSE.txt" in listed
