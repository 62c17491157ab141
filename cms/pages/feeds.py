"""What is new, for feed readers: ``/feeds/<name>.atom``, one for every kind of page."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import URLPattern, path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import get_language

from .models import BasePage

MOST = 30

_titles: dict[str, str | Promise] = {}


class NewPages(Feed):
    """The newest pages of a type that everyone may read, in the language of the address."""

    feed_type = Atom1Feed

    def __init__(self, model: type[BasePage], name: str, title: str | Promise):
        self.model, self.name, self.title = model, name, title

    @property
    def link(self) -> str:
        return urljoin(settings.BASE_URL, reverse("wagtail_serve", args=[""]))

    @property
    def feed_url(self) -> str:
        """Never from the Host header: a proxy may hand the answer to somebody else."""
        return urljoin(settings.BASE_URL, reverse(f"feed_{self.name}"))

    @property
    def feed_guid(self) -> str:
        return self.feed_url

    def get_object(self, request):
        return request

    def items(self, request) -> list[BasePage]:
        pages = self.model.objects.live().public().defer_streamfields()
        pages = pages.filter(locale__language_code=get_language())
        found = list(pages.order_by("-first_published_at", "-pk")[:MOST])
        for page in found:
            page.address = urljoin(settings.BASE_URL, page.get_url(request) or "")
        return found

    def item_title(self, page) -> str:
        return page.title

    def item_description(self, page) -> str:
        return page.summary

    def item_link(self, page) -> str:
        return page.address

    def item_pubdate(self, page):
        return page.first_published_at

    def item_updateddate(self, page):
        return page.last_published_at


def feed(model: type[BasePage], name: str, title: str | Promise) -> URLPattern:
    """The address of a section's feed; every page of the site then names it in its head."""
    _titles[name] = title
    return path(f"feeds/{name}.atom", NewPages(model, name, title), name=f"feed_{name}")


def feed_links() -> list[dict]:
    return [
        {"title": title, "url": reverse(f"feed_{name}")} for name, title in sorted(_titles.items())
    ]
