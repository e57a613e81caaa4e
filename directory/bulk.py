"""Many rows at once, by each engine's fastest way: one prepared statement on SQLite, COPY on PostgreSQL.

The values are turned into the engine's form by the columns' own SQLAlchemy types; what Core does besides for every
row and every statement is left out. In the session's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session


def insert(session: Session, model: type[DeclarativeBase], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `names`. No default is filled in: name every column."""
    connection = session.connection()
    table = table_of(model)
    ready = list(_ready(connection, table, names, rows))  # to make a row may need the connection itself
    listed = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({listed}) VALUES ({places})", ready)  # noqa: S608  # our own names
        return
    copy(session, f"{table.name} ({listed})", ready)


def copy(session: Session, target: str, rows: Iterable[Sequence[Any]]) -> None:
    """PostgreSQL's COPY of rows, whose values the driver takes, into "table (columns)"; fails as a statement does."""
    connection = session.connection()
    raw: Any = connection.connection.cursor()
    statement = f"COPY {target} FROM STDIN"
    try:
        with raw as cursor, cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def table_of(model: type[DeclarativeBase]) -> Table:
    """The table of a model."""
    table = inspect(model).local_table
    assert isinstance(table, Table)
    return table


def _ready(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """The rows with each value as the driver takes it."""
    makers: list[Callable[[Any], Any] | None] = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for name in names
    ]
    for row in rows:
        yield tuple([make(value) if make else value for make, value in zip(makers, row, strict=True)])
