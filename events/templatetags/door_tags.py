import hashlib
import json

from django import template
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def as_json(value) -> str:
    """Data for a script file; not for a page, where it could end the script element."""
    return mark_safe(json.dumps(value, ensure_ascii=True))  # noqa: S308


@register.filter
def fingerprint(value) -> str:
    """Changes when what is kept on the device changes."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
