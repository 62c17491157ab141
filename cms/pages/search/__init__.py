"""
Search that knows Chinese, through Wagtail's own door: WAGTAILSEARCH_BACKENDS names this package.

Wagtail's database search takes a whole run of Chinese characters for one word, so 电梯 does not
find 加装电梯工程公示, and it answers some inputs with an error. Here both the index and the
question are put into the terms of `cms.wording`; all else is Wagtail's.
"""

from django.db import connection
from django.utils.module_loading import import_string

_BACKENDS = {
    "postgresql": "cms.pages.search.postgres.PostgresBackend",
    "sqlite": "cms.pages.search.sqlite.SqliteBackend",
}


def SearchBackend(params):  # noqa: N802  (the name Wagtail looks for)
    """The back end for the database in use; imported late, since it needs the index's model."""
    return import_string(_BACKENDS[connection.vendor])(params)


def search_pages(queryset, text: str):
    """
    What of a queryset of pages (or of anything indexed) fits a question, best first: all its
    words, or if nothing has them all, some of them. Answers Wagtail's search results, which can
    be counted, sliced and paginated; nothing found for an empty text. Never raises on a text.

    Who may see what is the caller's to say: pass `Page.objects.live().public()`, and one locale.
    """
    found = queryset.search(text, operator="and")
    return found if found.count() else queryset.search(text, operator="or")
