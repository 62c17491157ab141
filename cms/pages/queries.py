from django.core.cache import cache
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from .models import SiteFacts

NAVIGATION_SECONDS = 30


def site_furniture(request) -> dict:
    """Facts and navigation; asked for only when a template uses them."""
    return {
        "site_facts": SimpleLazyObject(lambda: SiteFacts.for_request(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
    }


def navigation(request) -> list[dict]:
    """The sections in the menus of the reader's language; kept for half a minute."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    language = get_language()
    key = f"navigation:{site.pk}:{language}"
    entries = cache.get(key)
    if entries is None:
        entries = _sections(site, language)
        cache.set(key, entries, NAVIGATION_SECONDS)
    path = request.path
    return [{**entry, "is_current": path.startswith(entry["url"])} for entry in entries]


def home_page(site: Site, language: str) -> Page | None:
    home = Page.objects.filter(
        translation_key=site.root_page.translation_key, locale__language_code=language
    ).first()
    return home or site.root_page


def _sections(site: Site, language: str) -> list[dict]:
    home = home_page(site, language)
    sections = home.get_children().live().public().in_menu()
    return [{"title": page.title, "url": page.url} for page in sections]
