"""Import runs, their plans, and the history of every contact point."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_EMPTY = {"sqlite": "x''", "postgresql": "''::bytea"}


_A_TOPIC, _LISTED = "ck_contact_point_a_topic", "ck_contact_point_topics_listed"
_IS_LIST = "CAST(topics AS TEXT) LIKE '[%'"


def _replace_check_of_sqlite() -> None:
    """As SQLite's manual has it for changes that leave the rows as they are: edit the table's text.

    Making the table anew would drop it, and with it by cascade what refers to it.
    """
    schema = op.get_bind()
    version = schema.exec_driver_sql("PRAGMA schema_version").scalar_one()
    schema.exec_driver_sql("PRAGMA writable_schema = ON")
    statement = (
        "UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'contact_point'"
    )
    old = f"CONSTRAINT {_A_TOPIC} CHECK (json_array_length(topics) >= 1)"
    schema.execute(sa.text(statement), {"old": old, "new": f"CONSTRAINT {_LISTED} CHECK ({_IS_LIST})"})
    schema.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    schema.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace_check_of_sqlite()
    else:
        for name in (_A_TOPIC, _LISTED):  # the second one stands there after the way back
            op.execute(f"ALTER TABLE contact_point DROP CONSTRAINT IF EXISTS {name}")
        op.create_check_constraint(op.f(_LISTED), "contact_point", _IS_LIST)
    op.create_table(
        "import_run",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("plan_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("is_renewed", sa.Boolean(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.String(length=254), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('file', 'hand', 'undo', 'geocode')", name=op.f("ck_import_run_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'asking', 'refused', 'planned', 'confirmed', 'applied', 'dropped')",
            name=op.f("ck_import_run_state_known"),
        ),
        sa.ForeignKeyConstraint(["undoes"], ["import_run.number"], name=op.f("fk_import_run_undoes_import_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_import_run")),
        sa.UniqueConstraint("undoes", name=op.f("uq_import_run_undoes")),
    )
    op.create_index(op.f("ix_import_run_state"), "import_run", ["state"], unique=False)
    op.create_table(
        "run_progress",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_run_progress")),
    )
    op.create_table(
        "change",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("contact_point", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["import_run.number"], name=op.f("fk_change_run_import_run")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_change")),
    )
    op.create_index("ix_change_contact_point", "change", ["contact_point", "number"], unique=False)
    op.create_index(op.f("ix_change_run"), "change", ["run"], unique=False)
    op.create_table(
        "plan_problem",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("is_warning", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=200), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("suggestion", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["import_run.number"], name=op.f("fk_plan_problem_run_import_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_plan_problem")),
    )
    op.create_index(
        "ix_plan_problem_code", "plan_problem", ["run", "is_warning", "code", "column", "line"], unique=False
    )
    op.create_table(
        "planned_row",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("contact_point", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('created', 'changed', 'unchanged', 'refused')", name=op.f("ck_planned_row_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["run"], ["import_run.number"], name=op.f("fk_planned_row_run_import_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "line", name=op.f("pk_planned_row")),
    )
    op.create_index("ix_planned_row_outcome", "planned_row", ["run", "outcome", "line"], unique=False)
    op.create_index(op.f("ix_contact_point_name"), "contact_point", ["name"], unique=False)
    op.add_column(
        "contact_point",
        sa.Column(
            "row_digest",
            sa.LargeBinary(length=16),
            nullable=False,
            server_default=sa.text(_EMPTY[op.get_bind().dialect.name]),
        ),
    )


def downgrade() -> None:
    """The looser check of topics stays: an entry without one may stand there by now."""
    op.drop_index(op.f("ix_contact_point_name"), "contact_point")
    op.drop_column("contact_point", "row_digest")
    for table in ("planned_row", "plan_problem", "change", "run_progress", "import_run"):
        op.drop_table(table)
