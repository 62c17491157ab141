"""A privacy notice somebody has consented to stays as it was, whoever writes."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION intake_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD
       AND EXISTS (SELECT 1 FROM intake_receipt WHERE notice_id = OLD.id) THEN
        RAISE EXCEPTION 'somebody has consented to this privacy notice'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_notice_stays BEFORE UPDATE ON intake_privacynotice
    FOR EACH ROW EXECUTE FUNCTION intake_notice_stays();
"""
POSTGRESQL_BACK = """
DROP TRIGGER intake_notice_stays ON intake_privacynotice;
DROP FUNCTION intake_notice_stays();
"""
SQLITE = """
CREATE TRIGGER intake_notice_stays BEFORE UPDATE ON intake_privacynotice
WHEN EXISTS (SELECT 1 FROM intake_receipt WHERE notice_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'somebody has consented to this privacy notice'); END;
"""
SQLITE_BACK = "DROP TRIGGER intake_notice_stays;"


def lay(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if postgresql else SQLITE)


def lift(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL_BACK if postgresql else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [migrations.RunPython(lay, lift)]
