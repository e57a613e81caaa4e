"""An entry of which only id, name and country are known is kept: that nobody can reach it is told, not refused."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NAME = "ck_contact_point_can_be_reached"
_RULE = (
    "status = 'closed' OR json_array_length(phones) >= 1 OR email <> '' OR website <> '' "
    "OR city_number IS NOT NULL OR street <> '' OR latitude IS NOT NULL"
)
_CHECK = f"CONSTRAINT {_NAME} CHECK ({_RULE})"
_BEFORE_IT = "CONSTRAINT ck_contact_point_id_and_name CHECK (id <> '' AND name <> '')"


def _rewrite(pattern: str, written: str) -> None:
    """By editing the table's text, see 0002."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    table = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'contact_point'"
    before = connection.exec_driver_sql(table).scalar_one()
    update = sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = 'contact_point'")
    connection.execute(update, {"sql": re.sub(pattern, lambda _: written, before)})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(rf",\s*{re.escape(_CHECK)}", "")
    else:
        op.drop_constraint(op.f(_NAME), "contact_point", type_="check")


def downgrade() -> None:
    """Entries that nobody can reach stay: the rule is for what is written from then on."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(re.escape(_BEFORE_IT), f"{_BEFORE_IT}, {_CHECK}")
    else:
        op.create_check_constraint(op.f(_NAME), "contact_point", _RULE, postgresql_not_valid=True)
