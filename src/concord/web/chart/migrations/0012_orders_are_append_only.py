"""Triggers that refuse to change or remove what is sent when due, and its end."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("chart_sendwhendue", "chart_sendwhendueend")


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers; on PostgreSQL with the function that 0002 made."""
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            on_row = (
                "FOR EACH ROW EXECUTE FUNCTION chart_refuse()"
                if editor.connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"{on_row}",
            )
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION chart_refuse()",
            )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers, where the tables themselves are about to go."""
    on_table = editor.connection.vendor == "postgresql"
    for table in TABLES:
        for verb in ("update", "delete", *(["truncate"] if on_table else [])):
            place = f" ON {table}" if on_table else ""
            editor.execute(f"DROP TRIGGER {table}_{verb}{place}")


class Migration(migrations.Migration):
    """Refuse UPDATE, DELETE and TRUNCATE on the append-only tables of 0011."""

    dependencies = [("chart", "0011_send_when_due")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
