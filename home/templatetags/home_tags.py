"""What the search results and the site map ask for."""

from dataclasses import dataclass, field

from django import template
from wagtail.models import Page
from wagtail.search.index import SearchField

from cms.wording.synonyms import town_synonyms
from cms.wording.terms import query_words, variants
from home.excerpts import excerpt

register = template.Library()

COLUMN_DEPTH = 3


@dataclass
class Branch:
    page: Page
    below: list["Branch"] = field(default_factory=list)


@register.simple_tag
def found(results, question: str) -> list[dict]:
    """The pages of one page of results, each with its column and the words in their place."""
    pages = list(results.object_list)
    columns = _columns(pages)
    words = _words(question)
    return [
        {
            "page": page,
            "url": page.url,
            "column": columns.get(page.path[: Page.steplen * COLUMN_DEPTH], ""),
            "excerpt": excerpt(_text_of(page), words),
        }
        for page in pages
    ]


def _columns(pages: list[Page]) -> dict[str, str]:
    tops = {page.path[: Page.steplen * COLUMN_DEPTH] for page in pages}
    return dict(Page.objects.filter(path__in=tops).values_list("path", "title"))


def _words(question: str) -> list[str]:
    """What may stand in the text for what was asked: the words, their synonyms and parts."""
    synonyms = town_synonyms()
    said = query_words(question, synonyms)
    ways = [way for word in said for way in variants(word, synonyms)]
    return [*said, *(part for way in ways for part in way.split())]


def _text_of(page: Page) -> str:
    """All text of a page that the search knows, without its title."""
    values = (
        search_field.get_value(page)
        for search_field in page.get_search_fields()
        if isinstance(search_field, SearchField) and search_field.field_name != "title"
    )
    return " ".join(_flat(value) for value in values)


def _flat(value) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_flat(part) for part in value)
    return str(value) if value else ""


@register.simple_tag
def tree(pages, home: Page) -> list[Branch]:
    """The pages below the front page, each under its parent; one query. Ordered by path."""
    root = Branch(home)
    branches = {home.path: root}
    for page in pages.select_related("locale"):
        parent = branches.get(page.path[: -Page.steplen])
        if parent is not None:
            branches[page.path] = branch = Branch(page)
            parent.below.append(branch)
    return root.below
