"""A search query of Wagtail's as the words it looks for."""

from modelsearch.query import Phrase, PlainText, SearchQuery

from cms.wording.synonyms import town_synonyms
from cms.wording.terms import Word, literal, question

TEXT_QUERIES = (PlainText, Phrase)


def words_sought(query: SearchQuery, *, unfinished: bool = False) -> list[Word]:
    """For a query of `TEXT_QUERIES`. What stands in quotation marks is looked for as it is."""
    if isinstance(query, Phrase):
        return literal(query.query_string, unfinished=unfinished)
    return question(query.query_string, town_synonyms(), unfinished=unfinished)


def any_word_will_do(query: SearchQuery) -> bool:
    return isinstance(query, PlainText) and query.operator == "or"
