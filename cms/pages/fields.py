from wagtail.fields import StreamField as WagtailStreamField


class StreamField(WagtailStreamField):
    """Keeps block definitions out of migrations; the column is JSON either way.

    The price: data migrations see ``raw_data`` only, never blocks.
    """

    def __init__(self, block_types=(), **kwargs):
        super().__init__(block_types, **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        for left_out in ("block_types", "block_lookup", "verbose_name", "help_text"):
            kwargs.pop(left_out, None)
        return name, path, [], kwargs
