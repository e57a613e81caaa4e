"""A backup → an empty directory."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from directory import bulk, database, search
from directory.backup.holding import json_columns, rows_at_once, tables_at
from directory.backup.reading import Backup
from directory.backup.refused import Refused, newer

_MADE_WITH_THE_TABLES: Final = "door_key"


def restore(session: Session, found: Backup, tell: Callable[[int], object]) -> None:
    """Fill an empty directory with a backup that was checked; `tell` is told of some more rows now and then.

    In the session's transaction, which must write: the tables are made in the backup's shape, filled, brought to
    today's shape, and all that is searched is written. Raises Refused where the directory is not empty.
    """
    connection = session.connection()
    _hold(connection)
    _take_down_empty(connection)
    database.upgrade(connection, found.manifest.revision)
    bulk.expect_many(session, is_alone=True)
    for table in found.tables:
        _fill(session, table, found, tell)
        _go_on_counting(connection, table)
    database.upgrade(connection)
    for number in search.index_all(session):
        tell(number)


def steps(found: Backup) -> int:
    """How much `restore` has to tell: rows are written, and contact points indexed."""
    return found.manifest.rows + found.manifest.tables["contact_point"].rows


def _hold(connection: Connection) -> None:
    """Wait for whoever has the tables now, no longer than SQLite does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{database.BUSY_SECONDS}s'")
    database.hold_tables(connection)


def _take_down_empty(connection: Connection) -> None:
    """Take an empty directory's tables away: they may have another shape. Whoever writes into them has to wait."""
    revision = database.revision(connection)
    if not revision:
        return
    if revision not in database.revisions():
        raise newer("directory")
    tables = tables_at(revision)
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    filled = [table.name for table in tables if table.name != _MADE_WITH_THE_TABLES and _has_rows(connection, table)]
    if filled:
        told = (
            f"The directory that DATABASE_URL names is not empty: there is something in {', '.join(filled)}. "
            "Name a new file or an empty database in DATABASE_URL and restore into that."
        )
        raise Refused("not_empty", told)
    database.take_down(connection)


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _fill(session: Session, table: Table, found: Backup, tell: Callable[[int], object]) -> None:
    session.execute(table.delete())  # the key that was made with its table
    names, rows = [column.name for column in table.c], found.rows(table)
    try:
        while batch := list(islice(rows, rows_at_once(table))):
            bulk.insert(session, table, names, batch, except_for=json_columns(table))
            tell(len(batch))
    except (IntegrityError, DataError) as error:
        told = f"The database refuses what the backup has in {table.name} ({database.reason(error)})."
        raise Refused("refused_by_database", told) from None


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Numbers that PostgreSQL gives from now on come after those that were restored. SQLite looks by itself."""
    if connection.dialect.name != "postgresql" or "number" not in table.c:
        return
    name = {"name": table.name}
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'number')"), name).scalar()
    if sequence:
        last = f"SELECT setval(:sequence, max(number)) FROM {table.name}"  # noqa: S608  # our own name
        connection.execute(text(last), {"sequence": sequence})
