"""Search on PostgreSQL: tsvector and tsquery of our own terms."""

from itertools import accumulate

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres import postgres as wagtails

from cms.wording.terms import Term, Word, index_tokens

from .indexing import IndexesTerms
from .questions import TEXT_QUERIES, any_word_will_do, words_sought

# A tsvector may not exceed 1 MB. Characters that never repeat fill it from about 85,000 on;
# real text would fit many times over.
MOST_CHARACTERS = 80_000


class Indexer(wagtails.ObjectIndexer):
    def as_vector(self, texts, for_autocomplete=False):
        ends = accumulate(len(text) for text, _ in texts)
        cut = [
            (text[: max(0, len(text) - max(0, end - MOST_CHARACTERS))], weight)
            for (text, weight), end in zip(texts, ends, strict=True)
        ]
        terms = [(" ".join(index_tokens(text)), weight) for text, weight in cut]
        return super().as_vector(terms, for_autocomplete)


class Index(IndexesTerms, wagtails.PostgresIndex):
    indexer_class = Indexer
    written = ("title", "autocomplete", "body", "title_text", "body_text")


class AsksForTerms:
    def build_tsquery_content(self, query, config=None, invert=False):
        if not isinstance(query, TEXT_QUERIES):
            return super().build_tsquery_content(query, config=config, invert=invert)
        words = words_sought(query, unfinished=self.LAST_TERM_IS_PREFIX)
        between = " | " if any_word_will_do(query) else " & "
        # An empty tsquery finds nothing, and leaves whatever it is combined with as it is.
        wanted = between.join(map(_tsquery, words))
        return SearchQuery(wanted, search_type="raw", config=config, invert=invert)


class QueryCompiler(AsksForTerms, wagtails.PostgresSearchQueryCompiler):
    def get_fields_vectors(self, search_query):
        """Asked for certain fields: the title has a column, all other fields share one."""
        title, body = self.get_index_vectors(search_query)
        wanted = [title] if "title" in self.fields else []
        return [*wanted, body] if set(self.fields) - {"title"} else wanted


class AutocompleteQueryCompiler(AsksForTerms, wagtails.PostgresAutocompleteQueryCompiler):
    def get_fields_vectors(self, search_query):
        return self.get_index_vectors(search_query)


class PostgresBackend(wagtails.PostgresSearchBackend):
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler

    def __init__(self, params):
        super().__init__({"SEARCH_CONFIG": "simple", **params})


def _tsquery(word: Word) -> str:
    ways = (" & ".join(f"({_side_by_side(term)})" for term in way) for way in word)
    return "(" + " | ".join(f"({way})" for way in ways) + ")"


def _side_by_side(term: Term) -> str:
    """
    All the tokens, without asking for their order: a tsvector keeps at most 256 places of a
    token and none beyond the 16,383rd, so that order would be lost late in a long text.
    """
    *most, last = (f"'{token}'" for token in term.tokens)
    return " & ".join([*most, f"{last}:*" if term.open_ended else last])
