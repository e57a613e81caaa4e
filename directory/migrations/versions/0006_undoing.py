"""Undoing is work that goes on by itself, as applying is: an undo's own run is `undoing` until it is `applied`."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = "ck_import_run_state_known"
_BEFORE = "state IN ('waiting', 'reading', 'asking', 'refused', 'planned', 'confirmed', 'applied', 'dropped')"
_NOW = "state IN ('waiting', 'reading', 'asking', 'refused', 'planned', 'confirmed', 'undoing', 'applied', 'dropped')"


def _replace_check(old: str, new: str) -> None:
    """On SQLite by editing the table's text, see 0002: making the table anew would drop the plans with it."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(_NAME), "import_run", type_="check")
        op.create_check_constraint(op.f(_NAME), "import_run", new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    statement = "UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'import_run'"
    connection.execute(sa.text(statement), {"old": f"CHECK ({old})", "new": f"CHECK ({new})"})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _replace_check(_BEFORE, _NOW)


def downgrade() -> None:
    """What was to be undone and is not stays as it was applied: its undo never was."""
    op.execute("DELETE FROM import_run WHERE kind = 'undo' AND state IN ('undoing', 'refused')")
    _replace_check(_NOW, _BEFORE)
