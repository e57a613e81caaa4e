"""What a backup holds: every table but those that are derived or passing, in the shape of a revision.

The tables are not today's models: a backup is made, and restored, in the shape that the directory had.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import JSON, Column, DateTime, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeEngine

from directory import database
from directory.models import Base, Moment

LEFT_OUT: Final = {
    "facet": "derived from the contact points: written anew when a backup is restored",
    "place_block": "derived, as facet",
    "search_text": "derived, and each engine's own",
    "search_gone": "what is still to be taken out of what is derived",
    "search_stamp": "which state of what is derived a process has read",
    "run_progress": "who works on an import now",
    "sign_in": "sessions: everybody signs in again",
    "ticket": "steps on the way in, and set-up links: good for minutes or days",
    "throttle": "who tried to sign in lately",
    "alembic_version": "the manifest says which revision it is",
}
"""Tables that are not in a backup, and why. All others are: a new table is in it without a word. Whoever changes this
list changes the format: see `manifest.VERSION`."""
_OWN_OF_FTS5: Final = "search_text_"
_ROWS_AT_ONCE: Final = 500


@lru_cache(maxsize=2)
def tables_at(revision: str) -> tuple[Table, ...]:
    """The tables of a backup at a revision, each after those that it refers to.

    As the migrations make them: told from an empty directory in memory, which is migrated there in a fifth of a second.
    """
    engine = database.connect("sqlite://")
    made = MetaData()
    with engine.begin() as connection:
        database.upgrade(connection, revision)
        made.reflect(connection, only=lambda name, _: name not in LEFT_OUT and not name.startswith(_OWN_OF_FTS5))
    engine.dispose()
    return tuple(_on_any_engine(table) for table in made.sorted_tables)


def _on_any_engine(table: Table) -> Table:
    columns: list[Column[Any]] = [
        Column(each.name, _type(each.type), primary_key=each.primary_key, nullable=each.nullable) for each in table.c
    ]
    return Table(table.name, MetaData(), *columns)


def _type(of_sqlite: TypeEngine[Any]) -> TypeEngine[Any]:
    found: TypeEngine[Any] = of_sqlite.as_generic()
    return Moment() if isinstance(found, DateTime) else found


def json_columns(table: Table) -> list[str]:
    """Columns that are kept as the text that stands in the database: to the letter, and none is not null."""
    return [column.name for column in table.c if isinstance(column.type, JSON)]


def rows_at_once(table: Table) -> int:
    """How many rows may stand in memory together: one, where a row may hold a whole file of many megabytes."""
    modeled = Base.metadata.tables.get(table.name, table)
    bytes_of = [column.type for column in modeled.c if isinstance(column.type, LargeBinary)]
    return 1 if any(each.length is None for each in bytes_of) else _ROWS_AT_ONCE
