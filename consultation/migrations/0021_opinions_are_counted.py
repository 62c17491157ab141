"""The database writes down each change of a number of opinions, whoever makes it.

A later migration that makes SQLite copy the table of opinions has to lay the triggers again.
"""

from django.db import migrations

OPINIONS, COUNTS = "consultation_opinion", "consultation_opinioncount"
CELL = "consultation_id, group_id, channel, verdict, withdrawn"
INTO = f"INSERT INTO {COUNTS} ({CELL}, number)"
OF_OPINION = "consultation_id, group_id, channel, verdict, withdrawn_at IS NOT NULL AS withdrawn"
FILL = f"{INTO} SELECT {OF_OPINION}, COUNT(*) FROM {OPINIONS} GROUP BY {CELL}"  # noqa: S608

# Once for a statement, however many rows it changes.
POSTGRESQL = (
    f"""
CREATE FUNCTION consultation_opinions_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {INTO} SELECT {OF_OPINION}, COUNT(*) FROM these GROUP BY {CELL};
    ELSIF TG_OP = 'DELETE' THEN
        {INTO} SELECT {OF_OPINION}, -COUNT(*) FROM those GROUP BY {CELL};
    ELSE
        {INTO} SELECT {CELL}, SUM(number) FROM (
            SELECT {OF_OPINION}, 1 AS number FROM these
            UNION ALL
            SELECT {OF_OPINION}, -1 AS number FROM those
        ) AS cells GROUP BY {CELL} HAVING SUM(number) <> 0;
    END IF;
    RETURN NULL;
END $$
""",  # noqa: S608
    *(
        f"CREATE TRIGGER consultation_opinions_counted_{event.lower()} AFTER {event} "
        f"ON {OPINIONS} REFERENCING {rows} FOR EACH STATEMENT "
        "EXECUTE FUNCTION consultation_opinions_counted()"
        for event, rows in {
            "INSERT": "NEW TABLE AS these",
            "DELETE": "OLD TABLE AS those",
            "UPDATE": "OLD TABLE AS those NEW TABLE AS these",
        }.items()
    ),
)
POSTGRESQL_BACK = (
    *(
        f"DROP TRIGGER consultation_opinions_counted_{event} ON {OPINIONS}"
        for event in ("insert", "delete", "update")
    ),
    "DROP FUNCTION consultation_opinions_counted()",
)

NEW = "NEW.consultation_id, NEW.group_id, NEW.channel, NEW.verdict, NEW.withdrawn_at IS NOT NULL"
OLD = NEW.replace("NEW.", "OLD.")
SQLITE = {
    "INSERT": f"BEGIN {INTO} VALUES ({NEW}, 1); END",
    "DELETE": f"BEGIN {INTO} VALUES ({OLD}, -1); END",
    "UPDATE": f"WHEN ({NEW}) IS NOT ({OLD}) "
    f"BEGIN {INTO} VALUES ({OLD}, -1); {INTO} VALUES ({NEW}, 1); END",
}


def lay(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        statements = POSTGRESQL
    else:
        statements = tuple(
            f"CREATE TRIGGER consultation_opinions_counted_{event.lower()} "
            f"AFTER {event} ON {OPINIONS} {does}"
            for event, does in SQLITE.items()
        )
    for statement in (*statements, FILL):
        schema_editor.execute(statement, params=None)


def lift(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        statements = POSTGRESQL_BACK
    else:
        statements = tuple(
            f"DROP TRIGGER consultation_opinions_counted_{event.lower()}" for event in SQLITE
        )
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0020_opinion_counts")]

    operations = [migrations.RunPython(lay, lift)]
