"""Columns nobody reads in a copy of the database, and how to find a value in them again.

`settings.DATA_KEY` is `id:base64-of-32-bytes`, several separated by commas: the first encrypts,
all of them decrypt. A stored value is `v1:<key id>:<base64 of nonce and ciphertext>`, AES-256-GCM,
bound to its column, so that a value copied into another column does not open there.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

FORMAT = "v1"
NONCE_BYTES = 12


class Undecipherable(Exception):
    """A stored value was changed, belongs to another column, or its key is no longer set."""


@lru_cache(maxsize=8)
def parse_keys(text: str) -> dict[str, bytes]:
    """Key id → key of 32 bytes, the current one first. Refuses with ImproperlyConfigured."""
    keys = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = b64decode(encoded, validate=True)
        except Base64Error:
            key = b""
        if not re.fullmatch(r"[\w-]+", key_id, re.ASCII) or len(key) != 32 or key_id in keys:
            raise ImproperlyConfigured(
                "DATA_KEY must be id:base64-of-32-bytes, or several separated by commas."
            )
        keys[key_id] = key
    return keys


def current_key_id() -> str:
    return next(iter(parse_keys(settings.DATA_KEY)))


def encrypt(text: str, *, column: str) -> str:
    """The text, readable only as the content of this column ("app.model.field")."""
    key_id, key = next(iter(parse_keys(settings.DATA_KEY).items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), column.encode())
    return f"{FORMAT}:{key_id}:{b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, column: str) -> str:
    """Reverses `encrypt`; refuses with Undecipherable."""
    form, _, rest = stored.partition(":")
    key_id, _, encoded = rest.partition(":")
    key = parse_keys(settings.DATA_KEY).get(key_id)
    if form != FORMAT or key is None:
        raise Undecipherable(f"{column}: no key for this value")
    try:
        sealed = b64decode(encoded, validate=True)
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode())
    except (Base64Error, InvalidTag, ValueError) as error:
        raise Undecipherable(f"{column}: the value was changed") from error
    return plain.decode()


def blind_index(text: str, purpose: str) -> str:
    """64 hex digits that find an encrypted text again, made with the current key.

    The caller normalises the text (one spelling per number or address). Two purposes never give
    the same value, so that two tables cannot be joined over it.
    """
    return _index(text, purpose, next(iter(parse_keys(settings.DATA_KEY).values())))


def blind_indexes(text: str, purpose: str) -> list[str]:
    """What the index of this text may be while keys are changed: one for every key, current first.

    Look up with `column__in=blind_indexes(...)`; store `blind_index(...)`.
    """
    return [_index(text, purpose, key) for key in parse_keys(settings.DATA_KEY).values()]


def _index(text: str, purpose: str, key: bytes) -> str:
    index_key = _derived(key, f"blind index {purpose}")
    return hmac.new(index_key, text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for every purpose, so that none can be misused for another."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the column. Empty stays empty; it can be saved and read only.

    A model that keeps blind indexes beside it offers `blind_index_values() -> dict[str, str]`
    (field name → value under the current key); `rotate_data_key` renews them with it.
    """

    @property
    def column_label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        return encrypt(value, column=self.column_label) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value, column=self.column_label) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.column_label} is encrypted and cannot be searched; use a blind index."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise FieldError(f"{self.column_label} is encrypted and cannot be searched.")
