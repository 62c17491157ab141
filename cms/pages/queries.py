from django.conf import settings
from django.core.cache import cache
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from .models import SiteFacts

KEPT_SECONDS = 30
LANGUAGE_LABELS = {"zh-hans": "中文", "en": "English"}


def site_furniture(request) -> dict:
    """Facts and navigation; asked for only when a template uses them."""
    return {
        "site_facts": SimpleLazyObject(lambda: site_facts(request)),
        "site_host": request.get_host(),
        "language_links": SimpleLazyObject(lambda: same_in_other_languages(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
    }


def site_facts(request) -> SiteFacts:
    """Who runs the site; kept for half a minute."""
    return cache.get_or_set(
        f"site_facts:{request.get_host()}", lambda: _facts(request), KEPT_SECONDS
    )


def navigation(request) -> list[dict]:
    """The sections in the menus of the reader's language; kept for half a minute."""
    language = get_language()
    entries = cache.get_or_set(
        f"navigation:{request.get_host()}:{language}",
        lambda: _sections(request, language),
        KEPT_SECONDS,
    )
    path = request.path
    return [{**entry, "is_current": path.startswith(entry["url"])} for entry in entries]


def same_in_other_languages(request) -> list[dict]:
    """For a form or a list that stands in every language under the same name."""
    current = get_language()
    return [
        {
            "code": code,
            "label": LANGUAGE_LABELS[code],
            "url": translate_url(request.path, code),
            "is_current": code == current,
        }
        for code, _name in settings.LANGUAGES
    ]


def home_page(site: Site, language: str) -> Page | None:
    home = Page.objects.filter(
        translation_key=site.root_page.translation_key, locale__language_code=language
    ).first()
    return home or site.root_page


def _facts(request) -> SiteFacts:
    site = Site.find_for_request(request)
    return SiteFacts.for_request(request) if site else SiteFacts()


def _sections(request, language: str) -> list[dict]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    home = home_page(site, language)
    sections = home.get_children().live().public().in_menu()
    return [{"title": page.title, "url": page.get_url(request)} for page in sections]
