"""What all tables share: their names for constraints, and the lengths of texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ColumnElement, DateTime, MetaData
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAME_LENGTH = 200
TEXT_LENGTH = 20_000
DEGREE_DECIMALS = 7
"""Of a latitude or longitude, as it is stored and written: about a centimeter."""


class Listed(ColumnElement[bool]):
    """The condition that a column holds one of some keys, or, with `are_refused`, none of them."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, name: str, keys: Iterable[str], are_refused: bool = False) -> None:
        self.of, self.listed, self.are_refused = name, [f"'{key}'" for key in keys], are_refused

    def self_group(self, against: object = None) -> Listed:
        """It is a condition already, where another column would become `= 1`."""
        return self


@compiles(Listed)
def _in_a_list(one: Listed, compiler: object, **_: object) -> str:
    return f"{one.of} {'NOT ' if one.are_refused else ''}IN ({', '.join(one.listed)})"


@compiles(Listed, "sqlite")
def _compared(one: Listed, compiler: object, **_: object) -> str:
    """SQLite builds a table of the list at every row that is written."""
    joined, sign = (" AND ", "<>") if one.are_refused else (" OR ", "=")
    return f"({joined.join(f'{one.of} {sign} {key}' for key in one.listed)})"


def one_of(column: str, keys: Iterable[str], empty: bool = False) -> CheckConstraint:
    """A column holds one of the keys of a closed list (or '' where it may be not known)."""
    return CheckConstraint(Listed(column, [*keys, *([""] if empty else [])]), name=f"{column}_known")


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
