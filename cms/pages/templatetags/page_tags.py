"""What public pages of every section show: moments in the reader's words, and their QR code."""

from datetime import datetime, time, timedelta
from functools import lru_cache

import segno
from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms.pages import feeds
from cms.pages.models import SiteFacts

register = template.Library()


@register.simple_tag
def feed_links() -> list[dict]:
    """Every feed of the site, for the head of its pages."""
    return feeds.feed_links()


@register.filter
def moment(at: datetime | None) -> str:
    """A moment to the minute, in Shanghai's time."""
    return date_format(timezone.localtime(at), _("j F Y, H:i")) if at else ""


@register.filter
def closing(at: datetime | None) -> str:
    """The end of a period: midnight is the last hour of the day before, not a new day."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if local.time() != time.min:
        return moment(at)
    return _("%(day)s, 24:00") % {"day": _day(local - timedelta(days=1))}


@register.filter
def last_day(at: datetime | None):
    """The last day of a period that ends at a moment which is itself not in it."""
    return timezone.localdate(at - timedelta(microseconds=1)) if at else None


def _day(day) -> str:
    return date_format(day, _("j F Y"))


@register.simple_tag(takes_context=True)
def site_facts_of(context) -> SiteFacts | None:
    """Who speaks, for a page that names the body behind the site in its text."""
    request = context.get("request")
    return SiteFacts.for_request(request) if request else None


@register.simple_tag
@lru_cache(maxsize=512)
def qr_of(address: str) -> SafeString:
    """The address as a square to photograph; drawing costs most, so each process draws once."""
    code = segno.make(address, micro=False, error="m", boost_error=False)
    svg = code.svg_inline(scale=4, border=2, omitsize=True, svgclass=None, lineclass=None)
    # Drawn by the library from an address of ours.
    return mark_safe(svg)  # noqa: S308
