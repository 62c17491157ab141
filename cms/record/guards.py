"""What the database itself refuses, whoever writes: a trigger, on SQLite and on PostgreSQL.

Laid by a migration (`guarding`). A later migration that makes SQLite copy a guarded table loses
its guards and has to lay them again; one that copies a table named in a condition has to lift
them before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}();
"""
POSTGRESQL_BACK = """
DROP TRIGGER IF EXISTS {name} ON {table};
DROP FUNCTION IF EXISTS {name}();
"""
SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
SQLITE_BACK = "DROP TRIGGER IF EXISTS {name}"


@dataclass(frozen=True)
class Guard:
    """One refusal. ``event``: as in ``BEFORE …``. ``when``: SQL over OLD and NEW that both
    databases read. ``only``: the one database to which it means something.
    """

    table: str
    name: str
    event: str
    message: str
    when: str = "TRUE"
    only: str = ""

    def written(self, template: str) -> str:
        each = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return template.format(each=each, **vars(self))


def append_only(
    table: str, message: str, *, same: str, once: str = "TRUE", may: str = ""
) -> tuple[Guard, ...]:
    """A row stays as it is, and stays, from the moment ``once`` is true of it (SQL over OLD).

    ``may``: changes that are let through all the same (SQL over OLD and NEW). ``same``: true of
    the row that a NEW one would replace, for SQLite's REPLACE asks no DELETE trigger.
    """
    replaced = f"EXISTS (SELECT 1 FROM {table} AS OLD WHERE ({same}) AND ({once}))"  # noqa: S608
    changed = f"({once}) AND NOT ({may})" if may else once
    guard = partial(Guard, table, message=message)
    return (
        guard(f"{table}_no_update", event="UPDATE", when=changed),
        guard(f"{table}_no_delete", event="DELETE", when=once),
        guard(f"{table}_no_replace", event="INSERT", when=replaced, only="sqlite"),
        guard(f"{table}_no_truncate", event="TRUNCATE", only="postgresql"),
    )


def keeps(*columns: str) -> str:
    """SQL: the row keeps all of these columns, none of which may be NULL."""
    return " AND ".join(f'OLD."{column}" = NEW."{column}"' for column in columns)


def guarding(guards: Iterable[Guard]) -> migrations.RunPython:
    """The operation of a migration that lays them."""
    guards = tuple(guards)
    return migrations.RunPython(partial(_run, guards), partial(_run, guards, back=True))


def _run(guards: Sequence[Guard], apps, schema_editor, *, back: bool = False) -> None:
    vendor = schema_editor.connection.vendor
    lay, lift = (POSTGRESQL, POSTGRESQL_BACK) if vendor == "postgresql" else (SQLITE, SQLITE_BACK)
    for guard in guards:
        if guard.only in ("", vendor):
            # The words of a guard are no parameters.
            schema_editor.execute(guard.written(lift if back else lay), params=None)
