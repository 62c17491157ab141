"""Events and links are written once: the database itself refuses to change or delete them."""

from django.db import migrations

from cms.record.guards import append_only, guarding

MESSAGE = "the record is append-only"
GUARDS = (
    *append_only("record_event", MESSAGE, same="OLD.id = NEW.id OR OLD.uid = NEW.uid"),
    *append_only(
        "record_link",
        MESSAGE,
        same="OLD.position = NEW.position OR OLD.event_id = NEW.event_id",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [guarding(GUARDS)]
