"""The keys an event's mac is made with, derived from `settings.DATA_KEY`.

An old key stays in DATA_KEY, behind the current one, as long as events written under it are to be
verified.
"""

from base64 import b64decode
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def mac_keys() -> dict[str, bytes]:
    """Key id → key of 32 bytes, the current one first."""
    return _derived(settings.DATA_KEY)


@lru_cache(maxsize=8)
def _derived(text: str) -> dict[str, bytes]:
    parts = (part.strip().partition(":") for part in text.split(","))
    return {
        key_id: HKDF(SHA256(), length=32, salt=None, info=b"record mac").derive(b64decode(encoded))
        for key_id, _, encoded in parts
    }
