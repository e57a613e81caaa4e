"""Who may enter: accounts, their sessions, and what happened at the door."""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_EVENTS = (
    "'made', 'disabled', 'reset', 'link_made', 'link_used', 'signed_in', 'refused', 'throttled', 'second_factor_refused', "
    "'recovery_code_used', 'signed_out', 'signed_out_everywhere', 'password_changed', 'second_factor_set_up', "
    "'recovery_codes_made'"
)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _digest() -> sa.Column[Any]:
    return sa.Column("digest", sa.LargeBinary(length=32), nullable=False)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account"], ["account.number"], name=op.f(f"fk_{table}_account_account"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        _moment("made_at"),
        sa.CheckConstraint("role IN ('administrator', 'staff')", name=op.f("ck_account_role_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "sign_in",
        _digest(),
        sa.Column("account", sa.Integer(), nullable=False),
        _moment("began_at"),
        _moment("seen_at"),
        _of_account("sign_in"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account"), "sign_in", ["account"], unique=False)
    op.create_table(
        "ticket",
        _digest(),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        _moment("expires_at"),
        sa.CheckConstraint("purpose IN ('set_up', 'second_factor', 'enrolment')", name=op.f("ck_ticket_purpose_known")),
        _of_account("ticket"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ticket")),
    )
    op.create_index(op.f("ix_ticket_account"), "ticket", ["account"], unique=False)
    op.create_index(op.f("ix_ticket_expires_at"), "ticket", ["expires_at"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.Integer(), nullable=False),
        _digest(),
        _of_account("recovery_code"),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_code")),
    )
    _create_what_happened()
    key = op.create_table(
        "door_key",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_door_key")),
    )
    op.bulk_insert(key, [{"number": 1, "key": secrets.token_bytes(32)}])


def _create_what_happened() -> None:
    op.create_table(
        "throttle",
        _digest(),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("free_at"),
        _moment("counted_at"),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_counted_at"), "throttle", ["counted_at"], unique=False)
    op.create_table(
        "security_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=30), nullable=False),
        _moment("at"),
        sa.CheckConstraint(f"what IN ({_EVENTS})", name=op.f("ck_security_event_what_known")),
        _of_account("security_event"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_security_event")),
    )
    op.create_index("ix_security_event_account", "security_event", ["account", "number"], unique=False)
    op.create_index(op.f("ix_security_event_at"), "security_event", ["at"], unique=False)


def downgrade() -> None:
    for table in ("door_key", "security_event", "throttle", "recovery_code", "ticket", "sign_in", "account"):
        op.drop_table(table)
