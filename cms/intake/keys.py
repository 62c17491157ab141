"""Submission keys: what makes two presses of a button one submission (design, section 1).

A key is made when a form is put out and comes back with it. It is signed, so that nobody can
choose one, and old enough keys are refused, so that nobody can keep a stock of them.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

KEPT_FOR = timedelta(hours=24)
SALT = "cms.intake.keys"


class KeyInvalid(Exception):
    """Not a key of ours, or the key of another form."""


class KeyExpired(Exception):
    """The form was put out more than a day ago."""


@dataclass(frozen=True)
class SubmissionKey:
    """`value`: 128 random bits as 32 hex digits; `form`: the form it was made for."""

    value: str
    form: str
    issued_at: datetime


def new_submission_key(form: str, at: datetime) -> str:
    """The signed text for the hidden field of one form put out at this moment."""
    parts = (secrets.token_hex(16), form, str(int(at.timestamp())))
    return signing.Signer(salt=SALT).sign(".".join(parts))


def read_submission_key(token: str, form: str, at: datetime) -> SubmissionKey:
    """Refuses with KeyInvalid or, from 24 hours after it was made, with KeyExpired."""
    try:
        value, made_for, issued = signing.Signer(salt=SALT).unsign(token).split(".")
    except (signing.BadSignature, ValueError) as error:
        raise KeyInvalid from error
    if made_for != form:
        raise KeyInvalid
    issued_at = datetime.fromtimestamp(int(issued), UTC)
    if at >= issued_at + KEPT_FOR:
        raise KeyExpired
    return SubmissionKey(value, form, issued_at)
