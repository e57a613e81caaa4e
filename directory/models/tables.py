"""What all tables share: their names for constraints, and the lengths of texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAME_LENGTH = 200
TEXT_LENGTH = 20_000


def one_of(column: str, keys: object, empty: bool = False) -> CheckConstraint:
    """A column holds one of the keys of a closed list (or '' where it may be not known)."""
    allowed = [*keys, *([""] if empty else [])]  # type: ignore[misc]  # a mapping or a tuple of strings
    listed = ", ".join(f"'{key}'" for key in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Moment(TypeDecorator[datetime]):
    """A time with its zone, on both engines: SQLite forgets the zone, so it is kept and given back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
