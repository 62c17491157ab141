"""A privacy notice somebody has consented to stays as it was, whoever writes."""

from django.db import migrations

from cms.record.guards import Guard, guarding

NOTICE_STAYS = Guard(
    table="intake_privacynotice",
    name="intake_notice_stays",
    event="UPDATE",
    message="somebody has consented to this privacy notice",
    when="EXISTS (SELECT 1 FROM intake_receipt WHERE notice_id = OLD.id)",
)


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [guarding([NOTICE_STAYS])]
