"""Steps aside for the flush between tests, and for an attacker who owns the database."""

from contextlib import contextmanager

TABLES = (
    "record_event",
    "record_link",
    "consultation_reportsnapshot",
    "consultation_annexrow",
    "consultation_reportedition",
    "consultation_reportfile",
    "consultation_withholding",
    # Counts what is taken out; a flush empties the counts as well.
    "consultation_opinion",
)


@contextmanager
def without_guard(connection):
    """Inside, the database changes and deletes what is on record or was published."""
    lift, put_back = (
        _sqlite_triggers(connection) if connection.vendor == "sqlite" else _postgres_triggers()
    )
    _run(connection, lift)
    try:
        yield
    finally:
        _run(connection, put_back)


def _run(connection, statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _postgres_triggers() -> tuple[list[str], list[str]]:
    # Rows of the same transaction may still wait for their foreign keys to be checked.
    check = "SET CONSTRAINTS ALL IMMEDIATE"
    defer = "SET CONSTRAINTS ALL DEFERRED"
    return [check, *_alter("DISABLE"), defer], [check, *_alter("ENABLE"), defer]


def _alter(verb: str) -> list[str]:
    return [f"ALTER TABLE {table} {verb} TRIGGER USER" for table in TABLES]


def _sqlite_triggers(connection) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
            f"({', '.join(['%s'] * len(TABLES))})",
            TABLES,
        )
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
