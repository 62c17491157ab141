"""The public number and the query code of a receipt.

Neither says when or as how-manieth a submission came. The code is derived from the submission
key, so that the same submission is shown the same code again; only its hash is stored.
"""

import hashlib
import secrets
from datetime import date

from django.utils.crypto import constant_time_compare, salted_hmac

from .rules import encode, grouped, network_of, normalised

NUMBER_LENGTH = 12
CODE_LENGTH = 28  # 140 bits, in seven groups of four


def new_number() -> str:
    """60 random bits as ABCD-EFGH-JKMN."""
    return grouped(encode(secrets.randbits(5 * NUMBER_LENGTH), NUMBER_LENGTH))


def query_code(submission_key: str, number: str) -> str:
    """140 bits in groups: the same for the same submission, unknown without the server's key."""
    digest = salted_hmac(
        "cms.intake.query_code", f"{submission_key} {number}", algorithm="sha256"
    ).digest()
    return grouped(encode(int.from_bytes(digest), CODE_LENGTH))


def hash_code(code: str) -> str:
    """What is stored of a code. It is random throughout, so one round of SHA-256 is enough."""
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def code_matches(typed: str, stored_hash: str) -> bool:
    return constant_time_compare(hash_code(typed), stored_hash)


def network_hash(address: str, day: date) -> str:
    """The sender's network as a keyed hash of this day: enough to count, not to follow."""
    return salted_hmac(
        "cms.intake.network", f"{day:%Y-%m-%d} {network_of(address)}", algorithm="sha256"
    ).hexdigest()
