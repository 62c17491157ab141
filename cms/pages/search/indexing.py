"""Writing the index, alike on both databases."""

from modelsearch.utils import get_content_type_pk


class IndexesTerms:
    """
    An index that writes what `indexer_class` makes of an object. Wagtail's own two write with
    an indexer that cannot be chosen.
    """

    indexer_class: type
    written: tuple[str, ...]

    def add_items(self, model, objs):
        if not model.get_search_fields():
            return
        entries = [self._entry(model, self.indexer_class(obj, self.backend)) for obj in objs]
        if not entries:
            return
        self.entries.using(self.write_connection.alias).bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=[*self.written, "title_norm"],
        )
        self._refresh_title_norms()

    def _entry(self, model, indexer):
        return self.entries.model(
            content_type_id=get_content_type_pk(model),
            object_id=indexer.id,
            **{name: getattr(indexer, name) for name in self.written},
        )
