"""``Page.objects.update(live=True)`` goes round ``save()``: the database refuses it itself."""

from django.db import migrations

PLAIN_PAGE = (
    "(SELECT id FROM django_content_type WHERE app_label = 'wagtailcore' AND model = 'page')"
)

POSTGRESQL = f"""
CREATE FUNCTION clearance_guard_live() RETURNS trigger AS $$
BEGIN
    IF NEW.live AND NEW.content_type_id <> {PLAIN_PAGE}
       AND NOT EXISTS (SELECT 1 FROM clearance_publication
                       WHERE page_id = NEW.id AND is_current)
    THEN RAISE EXCEPTION 'page % has no current publication', NEW.id
         USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER clearance_guard_live_update BEFORE UPDATE OF live ON wagtailcore_page
    FOR EACH ROW WHEN (NEW.live AND NOT OLD.live) EXECUTE FUNCTION clearance_guard_live();
CREATE TRIGGER clearance_guard_live_insert BEFORE INSERT ON wagtailcore_page
    FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION clearance_guard_live();
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
DROP TRIGGER clearance_guard_live_insert ON wagtailcore_page;
DROP TRIGGER clearance_guard_live_update ON wagtailcore_page;
DROP FUNCTION clearance_end_publication();
DROP FUNCTION clearance_guard_live();
"""

REFUSE = f"""
    SELECT RAISE(ABORT, 'page has no current publication')
    WHERE NEW.content_type_id <> {PLAIN_PAGE}
      AND NOT EXISTS (SELECT 1 FROM clearance_publication
                      WHERE page_id = NEW.id AND is_current);
"""

SQLITE = (
    f"""CREATE TRIGGER clearance_guard_live_update BEFORE UPDATE OF live ON wagtailcore_page
        WHEN NEW.live AND NOT OLD.live BEGIN {REFUSE} END""",
    f"""CREATE TRIGGER clearance_guard_live_insert BEFORE INSERT ON wagtailcore_page
        WHEN NEW.live BEGIN {REFUSE} END""",
    """CREATE TRIGGER clearance_end_publication AFTER UPDATE OF live ON wagtailcore_page
        WHEN OLD.live AND NOT NEW.live BEGIN
            UPDATE clearance_publication SET is_current = 0
            WHERE page_id = NEW.id AND is_current;
        END""",
)

SQLITE_BACK = (
    "DROP TRIGGER clearance_end_publication",
    "DROP TRIGGER clearance_guard_live_insert",
    "DROP TRIGGER clearance_guard_live_update",
)


def guard(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def unguard(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


def _run(schema_editor, postgresql: str, sqlite: tuple[str, ...]) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(postgresql.replace("%", "%%"))
        return
    for statement in sqlite:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("clearance", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
