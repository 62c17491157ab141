"""Search on SQLite: an FTS5 table of our own terms."""

from django.db.models import Value
from django.utils.functional import cached_property
from modelsearch.backends.database.sqlite import sqlite as wagtails
from modelsearch.backends.database.sqlite.query import (
    AndNot,
    LexemeCombinable,
    SearchQueryExpression,
    SearchQueryField,
    normalize,
)
from modelsearch.query import And, Not, Or

from cms.wording.terms import Term, Word, index_tokens

from .indexing import IndexesTerms
from .questions import TEXT_QUERIES, any_word_will_do, words_sought


class Indexer(wagtails.ObjectIndexer):
    @cached_property
    def title(self):
        return " ".join(index_tokens(super().title))

    @cached_property
    def body(self):
        return " ".join(index_tokens(super().body))

    @cached_property
    def autocomplete(self):
        return " ".join(index_tokens(super().autocomplete))


class Index(IndexesTerms, wagtails.SQLiteIndex):
    indexer_class = Indexer
    written = ("title", "autocomplete", "body")


class Match(LexemeCombinable, Value):
    """A finished FTS5 expression."""

    _output_field = SearchQueryField()

    def as_sql(self, compiler, connection):
        return "%s", [self.value]


class AsksForTerms:
    def build_search_query_content(self, query, config=None):
        return SearchQueryExpression(Match(self._fts(query)), config=config)

    def search(self, config, start, stop, score_field=None):
        wanted = normalize(self.query)
        wanted = wanted.subquery if isinstance(wanted, Not) else wanted
        if isinstance(wanted, (*TEXT_QUERIES, And, Or, AndNot)) and not self._fts(wanted):
            return self.queryset.none()
        if self.fields:
            self.fields = self._columns()
        return super().search(config, start, stop, score_field=score_field)

    def _fts(self, query) -> str:
        """The query in FTS5's language, which knows no empty expression: "" for nothing."""
        if isinstance(query, TEXT_QUERIES):
            words = words_sought(query, unfinished=self.LAST_TERM_IS_PREFIX)
            return _joined(" OR " if any_word_will_do(query) else " AND ", map(_match, words))
        if isinstance(query, AndNot):
            wanted, unwanted = self._fts(query.subquery_a), self._fts(query.subquery_b)
            return f"({wanted}) NOT ({unwanted})" if wanted and unwanted else wanted
        if isinstance(query, (And, Or)):
            between = " AND " if isinstance(query, And) else " OR "
            return _joined(between, map(self._fts, query.subqueries))
        raise NotImplementedError(f"{type(query).__name__} is not supported on SQLite.")


class QueryCompiler(AsksForTerms, wagtails.SQLiteSearchQueryCompiler):
    def _columns(self) -> list[str]:
        """Asked for certain fields: the title has a column, all other fields share one."""
        return sorted({"title" if name == "title" else "body" for name in self.fields})


class AutocompleteQueryCompiler(AsksForTerms, wagtails.SQLiteAutocompleteQueryCompiler):
    def _columns(self) -> list[str]:
        return self.FTS_TABLE_FIELDS


class SqliteBackend(wagtails.SQLiteSearchBackend):
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler


def _match(word: Word) -> str:
    return _joined(" OR ", (_joined(" AND ", map(_side_by_side, way)) for way in word))


def _side_by_side(term: Term) -> str:
    """The tokens as an FTS5 phrase, so that what is found holds the very characters."""
    return f'"{" ".join(term.tokens)}"' + ("*" if term.open_ended else "")


def _joined(between: str, expressions) -> str:
    return between.join(f"({expression})" for expression in expressions if expression)
