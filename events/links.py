"""Signed links and door codes: nothing is stored of them, so no copy of the database has any."""

import uuid

from django.core import signing

MANAGE_SALT = "events.manage"
DOOR_SALT = "events.door"


class LinkInvalid(Exception):
    """Not a link or code of ours."""


def manage_token(sign_up) -> str:
    """Names one sign-up in the link with which its party sees, changes or cancels it."""
    return signing.Signer(salt=MANAGE_SALT).sign(sign_up.key.hex)


def read_manage_token(token: str) -> uuid.UUID:
    """The key of a sign-up. Refuses with LinkInvalid."""
    return _read(token, MANAGE_SALT)


def manage_path(sign_up) -> str:
    """The address of that link, without the language: a letter puts the site before it."""
    prefix = "/en" if sign_up.language == "en" else ""
    return f"{prefix}/sign-ups/{manage_token(sign_up)}/"


def door_code(sign_up) -> str:
    """What the QR code for the door says: a signed number, no personal data."""
    return signing.Signer(salt=DOOR_SALT).sign(sign_up.key.hex)


def read_door_code(code: str) -> uuid.UUID:
    """The key of a sign-up. Refuses with LinkInvalid."""
    return _read(code, DOOR_SALT)


def _read(token: str, salt: str) -> uuid.UUID:
    try:
        return uuid.UUID(hex=signing.Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise LinkInvalid from error
