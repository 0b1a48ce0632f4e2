"""Triggers that refuse to change or remove what may only be added.

`concord audit verify` finds what someone did who went round them.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "chart_line",
    "chart_medicationchange",
    "chart_entry",
    "chart_head",
    "chart_breakglass",
)


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers of the database in use."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION chart_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
            params=None,
        )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            _refuse(editor, table, verb)
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION chart_refuse()",
            )


def _refuse(editor: BaseDatabaseSchemaEditor, table: str, verb: str) -> None:
    name = f"{table}_{verb.lower()}"
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION chart_refuse()",
        )
        return
    editor.execute(
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers, where the tables themselves are about to go."""
    on_table = editor.connection.vendor == "postgresql"
    for table in TABLES:
        for verb in ("update", "delete", *(["truncate"] if on_table else [])):
            place = f" ON {table}" if on_table else ""
            editor.execute(f"DROP TRIGGER {table}_{verb}{place}")
    if on_table:
        editor.execute("DROP FUNCTION chart_refuse()")


class Migration(migrations.Migration):
    """Refuse UPDATE, DELETE and TRUNCATE on the append-only tables."""

    dependencies = [("chart", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
