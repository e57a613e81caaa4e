"""Many rows at once, by each engine's fastest way: one prepared statement on SQLite, COPY on PostgreSQL.

The values are turned into the engine's form by the columns' own SQLAlchemy types, on PostgreSQL by their Python types;
what Core and psycopg do besides for every value and every statement is left out. In the session's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    String,
    Table,
    Text,
    any_,
    cast,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

T = TypeVar("T", str, int)
_PAGES_KB: Final = 65_536
_SENT: Final = 1000
"""Lines that go to PostgreSQL as one text."""
_NULL: Final = "\x01"
"""What stands for None in a line. It has no `\\`, of which nearly all lines are free."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", _NULL: "\\x01"})

Ready = tuple[Any, ...] | str
"""A row, or a part of one, as its engine takes it: values for SQLite's driver, PostgreSQL's `line`."""


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
    except_for: Collection[str] = (),
) -> None:
    """Insert rows whose values stand in the order of `names`. No default is filled in: name every column.

    `except_for`: see `ready`.
    """
    make = ready(session.connection().dialect, model, names, except_for)
    insert_ready(session, model, names, [(make(row),) for row in rows])  # a row may need the connection itself


def insert_ready(
    session: Session, model: type[DeclarativeBase] | Table, names: Sequence[str], rows: Iterable[Sequence[Ready]]
) -> None:
    """Insert rows of which each is in parts that are `ready`, together in the order of `names`."""
    connection = session.connection()
    table = table_of(model)
    listed = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        made = [tuple(chain.from_iterable(parts)) for parts in rows]
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({listed}) VALUES ({places})", made)  # noqa: S608  # our own names
        return
    copy(session, f"{table.name} ({listed})", map("\t".join, rows))  # type: ignore[arg-type]  # here all parts are texts


def copy(session: Session, target: str, lines: Iterable[str]) -> None:
    """PostgreSQL's COPY of rows, each the `line` of its values, into "table (columns)"; fails as a statement does."""
    connection = session.connection()
    raw: Any = connection.connection.cursor()
    statement = f"COPY {target} FROM STDIN (NULL '{_NULL}')"
    failures = connection.dialect.loaded_dbapi.Error
    lines = iter(lines)
    try:
        with raw as cursor, cursor.copy(statement) as stream:
            while some := list(islice(lines, _SENT)):
                stream.write("\n".join([*some, ""]))
    except failures as error:
        raise DBAPIError.instance(statement, None, error, failures, dialect=connection.dialect) from error


def among(
    session: Session, column: InstrumentedAttribute[T] | InstrumentedAttribute[T | None], values: Iterable[T]
) -> ColumnElement[bool]:
    """That a column is one of these values: one argument of the statement, however many they are, as one text."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(orjson.dumps([*values]).decode()).table_valued("value")
        return column.in_(select(listed.c.value))
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') if isinstance(value, str) else value for value in values)
    array = ",".join(f'"{value}"' for value in quoted)
    of_type = Text() if isinstance(column.type, String) else BigInteger()
    return column == any_(cast(literal(f"{{{array}}}"), ARRAY(of_type)))


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
) -> Callable[[Sequence[Any]], Ready]:
    """What makes of values, which stand in the order of `names`, a row or a part of one as the engine takes it.

    `except_for`: names of columns whose values are stored as they are given, such as JSON that is its text already.
    """
    table, join = table_of(model), tuple if dialect.name == "sqlite" else line
    named = [(at, table.c[name].type) for at, name in enumerate(names) if name not in except_for]
    makers = [(at, make) for at, each in named if (make := _maker(each, dialect))]
    if not makers:
        return join

    def made(row: Sequence[Any]) -> Ready:
        values = [*row]
        for at, make in makers:
            values[at] = make(values[at])
        return join(values)

    return made


def _maker(column: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column one that the engine takes; None where it takes it as it is.

    JSON is its text.
    """
    is_json = isinstance(column, JSON)
    if dialect.name != "sqlite" and not is_json:
        return None
    make: Callable[[Any], Any] | None = (JSON() if is_json else column.dialect_impl(dialect)).bind_processor(dialect)
    return make


def line(values: Sequence[Any]) -> str:
    """Values in PostgreSQL's text form for COPY, without the end of the line (its manual, COPY, "Text Format")."""
    texts = [value if type(value) is str else _written(value) for value in values]
    found = "\t".join(texts)
    is_plain = found.count("\t") == len(texts) - 1 and found.count(_NULL) == values.count(None)
    if is_plain and "\\" not in found and "\n" not in found and "\r" not in found:
        return found
    return "\t".join(
        _NULL if value is None else text.translate(_ESCAPED) for value, text in zip(values, texts, strict=True)
    )


def _written(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return value.isoformat() if isinstance(value, date) else str(value)
