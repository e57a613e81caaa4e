"""Many rows at once, by each engine's fastest way: one prepared statement on SQLite, COPY on PostgreSQL.

The values are turned into the engine's form by the columns' own SQLAlchemy types; what Core does besides for every
row and every statement is left out. In the session's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import ARRAY, JSON, ColumnElement, Dialect, Table, any_, func, inspect, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

T = TypeVar("T", str, int)
_PAGES_KB: Final = 65_536


def expect_many(session: Session, is_alone: bool) -> None:
    """Prepare a transaction for writing a table many times larger. `is_alone`: this process does nothing else.

    PostgreSQL has no statistics of what the transaction itself writes, and would go on reading whole tables as it did
    while they were empty; SQLite would write the pages of the indexes down again and again.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
    elif is_alone:
        session.execute(text(f"PRAGMA cache_size = -{_PAGES_KB}"))


def insert(
    session: Session,
    model: type[DeclarativeBase] | Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    are_ready: Collection[str] = (),
) -> None:
    """Insert rows whose values stand in the order of `names`. No default is filled in: name every column.

    `are_ready`: names of which the values are as `ready` makes them.
    """
    connection = session.connection()
    table = table_of(model)
    made = list(map(ready(connection.dialect, model, names, are_ready), rows))  # a row may need the connection itself
    listed = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({listed}) VALUES ({places})", made)  # noqa: S608  # our own names
        return
    copy(session, f"{table.name} ({listed})", made)


def copy(session: Session, target: str, rows: Iterable[Sequence[Any]]) -> None:
    """PostgreSQL's COPY of rows, whose values the driver takes, into "table (columns)"; fails as a statement does."""
    connection = session.connection()
    raw: Any = connection.connection.cursor()
    statement = f"COPY {target} FROM STDIN"
    failures = connection.dialect.loaded_dbapi.Error
    try:
        with raw as cursor, cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row(row)
    except failures as error:
        raise DBAPIError.instance(statement, None, error, failures, dialect=connection.dialect) from error


def among(session: Session, column: InstrumentedAttribute[T], values: Iterable[T]) -> ColumnElement[bool]:
    """That a column is one of these values: one argument of the statement, however many they are."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(orjson.dumps([*values]).decode()).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(literal([*values], ARRAY(column.type)))


def new_numbers(session: Session, model: type[DeclarativeBase], count: int) -> Sequence[int]:
    """Primary keys for rows to come: the engine would tell them one by one only.

    Others who make such rows must wait meanwhile: for SQLite's write lock, on PostgreSQL for `search.hold_index`.
    """
    table = table_of(model).name
    if session.get_bind().dialect.name == "sqlite":
        last = session.execute(text(f"SELECT max(number) FROM {table}")).scalar() or 0  # noqa: S608  # our own name
        return range(last + 1, last + 1 + count)
    sequence = session.execute(text("SELECT pg_get_serial_sequence(:table, 'number')"), {"table": table}).scalar_one()
    taken = text("SELECT setval(:sequence, nextval(:sequence) + :count - 1)")
    last = session.execute(taken, {"sequence": sequence, "count": count}).scalar_one()
    return range(last - count + 1, last + 1)


def table_of(model: type[DeclarativeBase] | Table) -> Table:
    """The table of a model; a table is its own."""
    table = model if isinstance(model, Table) else inspect(model).local_table
    assert isinstance(table, Table)
    return table


def ready(
    dialect: Dialect, model: type[DeclarativeBase] | Table, names: Sequence[str], except_for: Collection[str] = ()
) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What makes a row, whose values stand in the order of `names`, one with each value as the driver takes it."""
    table = table_of(model)
    named = [(at, table.c[name].type) for at, name in enumerate(names) if name not in except_for]
    makers = [(at, make) for at, each in named if (make := _maker(each, dialect))]
    if not makers:
        return tuple

    def made(row: Sequence[Any]) -> tuple[Any, ...]:
        values = [*row]
        for at, make in makers:
            values[at] = make(values[at])
        return tuple(values)

    return made


def _maker(column: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column one that the driver takes; None where it takes it as it is.

    JSON is its text: COPY takes it as that, and psycopg's wrapper takes several times as long on its way.
    """
    is_json = isinstance(column, JSON)
    make: Callable[[Any], Any] | None = (JSON() if is_json else column.dialect_impl(dialect)).bind_processor(dialect)
    return make
