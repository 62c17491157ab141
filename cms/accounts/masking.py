"""What of a person's data may stand on a screen (rulebook F6). Pure functions: text in, text out.

None of them raises: whatever cannot be recognised is hidden entirely.
"""

import re

HIDDEN = "****"


def mask_phone(text: str) -> str:
    """138****5678. A number of fewer than ten digits keeps its last two only."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 10:
        return f"{digits[:3]}{HIDDEN}{digits[-4:]}"
    if len(digits) >= 7:
        return f"{HIDDEN}{digits[-2:]}"
    return HIDDEN if text.strip() else ""


def mask_email(text: str) -> str:
    """a***@b.cn: the first character and the domain, never the length of the name."""
    name, at, domain = text.strip().rpartition("@")
    if not at or not name or not domain:
        return HIDDEN if text.strip() else ""
    return f"{name[0]}***@{domain}"


def mask_name(text: str) -> str:
    """张**: the first character, never the length of the name."""
    name = text.strip()
    return f"{name[0]}**" if name else ""
