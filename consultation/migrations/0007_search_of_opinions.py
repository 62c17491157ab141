"""Words are found in a million opinions without reading them: pairs of characters, indexed."""

from django.db import migrations

PAIRS = """
CREATE FUNCTION opinion_pairs(text, text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(array_agg(DISTINCT pair), '{}') FROM (
        SELECT sign || lead(sign) OVER (ORDER BY place) AS pair
        FROM string_to_table(lower($1 || E'\\n' || $2), NULL) WITH ORDINALITY AS t (sign, place)
    ) AS pairs WHERE pair IS NOT NULL
$$
"""
INDEX = (
    "CREATE INDEX opinion_pairs_index ON consultation_opinion "
    "USING gin (opinion_pairs(text, reasons))"
)


def on_postgres(*statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("consultation", "0006_articles_by_key")]

    operations = [
        migrations.RunPython(
            on_postgres(PAIRS, INDEX),
            on_postgres("DROP INDEX opinion_pairs_index", "DROP FUNCTION opinion_pairs"),
        ),
    ]
