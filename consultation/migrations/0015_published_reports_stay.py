"""What a report was published with stays: frozen opinions, editions, files that are made."""

from django.db import migrations

from cms.record.guards import Guard, append_only, guarding, keeps

SNAPSHOT = "consultation_reportsnapshot"
ROW = "consultation_annexrow"
EDITION = "consultation_reportedition"
FILE = "consultation_reportfile"

FROZEN = "the opinions of a report are frozen"
KEPT = "an edition stays as it was published"

# A line forgets its opinion when that one is gone; nothing else about it changes.
FORGETS_ITS_OPINION = "NEW.opinion_id IS NULL AND " + keeps(
    "id",
    "snapshot_id",
    "number",
    "channel",
    "text",
    "verdict",
    "reason",
    "article",
    "group",
    "changed_articles",
)

GUARDS = (
    # Written row by row, then sealed with its sum.
    *append_only(SNAPSHOT, FROZEN, same="OLD.id = NEW.id", once="OLD.sha256 <> ''"),
    *append_only(ROW, FROZEN, same="OLD.id = NEW.id", may=FORGETS_ITS_OPINION),
    Guard(
        table=ROW,
        name=f"{ROW}_no_late_line",
        event="INSERT",
        message=FROZEN,
        when=f"(SELECT sha256 FROM {SNAPSHOT} WHERE id = NEW.snapshot_id) <> ''",
    ),
    *append_only(
        EDITION,
        KEPT,
        same="OLD.id = NEW.id OR (OLD.page_id = NEW.page_id AND (OLD.number = NEW.number "
        "OR OLD.revision_id = NEW.revision_id))",
    ),
    *append_only(
        FILE,
        KEPT,
        same="OLD.id = NEW.id OR (OLD.edition_id = NEW.edition_id AND OLD.name = NEW.name)",
        once="OLD.state = 'made'",
    ),
    # The page of an edition is drawn from its revision.
    Guard(
        table="wagtailcore_revision",
        name="consultation_edition_keeps_its_revision",
        event="UPDATE OF content",
        message=KEPT,
        when="NEW.content <> OLD.content AND EXISTS "
        f"(SELECT 1 FROM {EDITION} WHERE revision_id = OLD.id)",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0014_reading_mark"),
        ("record", "0002_append_only"),
    ]

    operations = [guarding(GUARDS)]
