"""``Page.objects.update(live=True)`` goes round ``save()``: the database refuses it itself."""

from django.db import migrations

from cms.record.guards import Guard, guarding

MESSAGE = "page has no current publication"
PLAIN_PAGE = (
    "(SELECT id FROM django_content_type WHERE app_label = 'wagtailcore' AND model = 'page')"
)
IS_UNREVIEWED = (
    f"NEW.live AND NEW.content_type_id <> {PLAIN_PAGE} AND NOT EXISTS "
    "(SELECT 1 FROM clearance_publication WHERE page_id = NEW.id AND is_current)"
)

GUARDS = (
    Guard(
        table="wagtailcore_page",
        name="clearance_guard_live_update",
        event="UPDATE OF live",
        message=MESSAGE,
        when=f"NOT OLD.live AND {IS_UNREVIEWED}",
    ),
    Guard(
        table="wagtailcore_page",
        name="clearance_guard_live_insert",
        event="INSERT",
        message=MESSAGE,
        when=IS_UNREVIEWED,
    ),
)

POSTGRESQL = """
CREATE FUNCTION clearance_end_publication() RETURNS trigger AS $$
BEGIN
    UPDATE clearance_publication SET is_current = false WHERE page_id = NEW.id AND is_current;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER clearance_end_publication AFTER UPDATE OF live ON wagtailcore_page
    FOR EACH ROW WHEN (OLD.live AND NOT NEW.live) EXECUTE FUNCTION clearance_end_publication();
"""

POSTGRESQL_BACK = """
DROP TRIGGER clearance_end_publication ON wagtailcore_page;
DROP FUNCTION clearance_end_publication();
"""

SQLITE = """CREATE TRIGGER clearance_end_publication AFTER UPDATE OF live ON wagtailcore_page
    WHEN OLD.live AND NOT NEW.live BEGIN
        UPDATE clearance_publication SET is_current = 0
        WHERE page_id = NEW.id AND is_current;
    END"""

SQLITE_BACK = "DROP TRIGGER clearance_end_publication"


def end_publications(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def let_publications_be(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


def _run(schema_editor, postgresql: str, sqlite: str) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(postgresql if is_postgresql else sqlite)


class Migration(migrations.Migration):
    dependencies = [("clearance", "0001_initial")]

    operations = [
        guarding(GUARDS),
        migrations.RunPython(end_publications, let_publications_be),
    ]
