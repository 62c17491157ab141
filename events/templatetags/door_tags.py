import hashlib
import json

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from ..links import door_code

register = template.Library()


@register.filter
def as_json(value) -> str:
    """Data for a script file; not for a page, where it could end the script element."""
    return mark_safe(json.dumps(value, ensure_ascii=True))  # noqa: S308


@register.filter
def fingerprint(value) -> str:
    """Changes when what is kept on the device changes."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


@register.simple_tag
def door_qr(sign_up) -> SafeString:
    """`{% door_qr sign_up %}`: the square that lets a party in; no personal data is in it."""
    code = segno.make(door_code(sign_up), micro=False, error="m", boost_error=False)
    svg = code.svg_inline(scale=4, unit="px", svgclass="qr-code", lineclass=None)
    return mark_safe(svg)  # noqa: S308  (drawn by the library from a code of ours)
