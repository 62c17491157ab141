"""Words are found in a million opinions without reading them: pairs of characters, indexed."""

from django.db import migrations

PAIRS = """
CREATE FUNCTION opinion_pairs(text, text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE signs text[] := string_to_array(lower($1 || E'\\n' || $2), NULL);
BEGIN
    RETURN ARRAY(
        SELECT here || behind
        FROM unnest(signs[1:cardinality(signs) - 1], signs[2:]) AS pairs (here, behind)
    );
END
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
