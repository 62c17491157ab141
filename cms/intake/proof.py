"""Proof that a submission cost its sender something: a calculation, or a question in words.

Both belong to one submission key, so one solution serves one submission and nothing has to be
remembered. The browser calculates by itself where it can (ALTCHA, from our own server); without
JavaScript or HTTPS the person answers the question, and fewer such submissions are let in.
"""

import hashlib
import json
from base64 import b64decode
from binascii import Error as Base64Error

import altcha
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .enums import Proof
from .rules import read_number

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 1000
# One in 256 tries succeeds: half a second on a telephone, one try for us to check.
PREFIX = "00"
LONGEST_PAYLOAD = 4096

NUMBER_WORDS = (
    pgettext_lazy("number", "zero"),
    pgettext_lazy("number", "one"),
    pgettext_lazy("number", "two"),
    pgettext_lazy("number", "three"),
    pgettext_lazy("number", "four"),
    pgettext_lazy("number", "five"),
    pgettext_lazy("number", "six"),
    pgettext_lazy("number", "seven"),
    pgettext_lazy("number", "eight"),
    pgettext_lazy("number", "nine"),
)


class ProofMissing(Exception):
    """Neither a calculation nor an answer came with the submission."""


class ProofWrong(Exception):
    """The calculation or the answer does not belong to this submission key."""


def is_asked() -> bool:
    return settings.JIANYAN_PROOF_OF_WORK


def new_challenge(token: str) -> dict:
    """The calculation for one submission key, as the widget reads it."""
    challenge = altcha.create_challenge(
        ALGORITHM, ROUNDS, key_prefix=PREFIX, data={"for": _bound(token)}, hmac_secret=_secret()
    )
    return challenge.to_dict()


def question(token: str) -> str:
    """The question for one submission key, in the language of the page."""
    first, second = _numbers(token)
    return _("What is %(first)s plus %(second)s?") % {
        "first": NUMBER_WORDS[first],
        "second": NUMBER_WORDS[second],
    }


def check(token: str, *, payload: str, answer: str) -> Proof:
    """How this submission was proved. Refuses with ProofMissing or ProofWrong."""
    if not is_asked():
        return Proof.OFF
    if payload and _is_solved(token, payload):
        return Proof.WORK
    if answer.strip():
        if read_number(answer) == sum(_numbers(token)):
            return Proof.QUESTION
        raise ProofWrong
    raise ProofWrong if payload else ProofMissing


def _is_solved(token: str, payload: str) -> bool:
    if len(payload) > LONGEST_PAYLOAD:
        return False
    try:
        parameters = json.loads(b64decode(payload))["challenge"]["parameters"]
        bound_to = parameters["data"]["for"]
        ours = constant_time_compare(bound_to, _bound(token))
        return ours and altcha.verify_solution(payload, _secret()).verified
    except (Base64Error, ValueError, KeyError, TypeError, RecursionError):
        return False


def _bound(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _numbers(token: str) -> tuple[int, int]:
    """Two numbers from two to nine that follow from the key and from nothing it shows."""
    digest = salted_hmac("cms.intake.question", token, algorithm="sha256").digest()
    return 2 + digest[0] % 8, 2 + digest[1] % 8


def _secret() -> bytes:
    return salted_hmac("cms.intake.proof", "", algorithm="sha256").digest()
