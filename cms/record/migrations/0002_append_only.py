"""Events and links are written once: the database itself refuses to change or delete them."""

from django.db import migrations

TABLES = ("record_event", "record_link")
MESSAGE = "the record is append-only"

POSTGRES_FUNCTION = f"""
CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
END $$
"""
POSTGRES_TRIGGERS = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
"""

# INSERT OR REPLACE deletes a row without asking a DELETE trigger: it is refused before that.
SQLITE_TRIGGERS = {
    "no_update": ("BEFORE UPDATE ON {table}", "1"),
    "no_delete": ("BEFORE DELETE ON {table}", "1"),
    "no_replace": ("BEFORE INSERT ON {table}", "EXISTS (SELECT 1 FROM {table} WHERE {same})"),
}
SAME_ROW = {
    "record_event": "id = NEW.id OR uid = NEW.uid",
    "record_link": "position = NEW.position OR event_id = NEW.event_id",
}


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION)
        for table in TABLES:
            schema_editor.execute(POSTGRES_TRIGGERS.format(table=table))
    else:
        for table in TABLES:
            for name, (moment, condition) in SQLITE_TRIGGERS.items():
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_{name} {moment} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END".format(
                        table=table, same=SAME_ROW[table]
                    )
                )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION record_refuse() CASCADE")
    else:
        for table in TABLES:
            for name in SQLITE_TRIGGERS:
                schema_editor.execute(f"DROP TRIGGER {table}_{name}")


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
