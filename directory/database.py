"""The database: SQLite by default, PostgreSQL by its URL alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from directory import distance
from directory.config import BadSetting
from directory.text import folded_phrase

BUSY_SECONDS = 15
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 4207001
"""Of PostgreSQL's advisory locks: whoever holds it makes or changes tables."""
_MOST_BITS: Final = 1023
"""Of a whole number that a float can hold too."""


def _as_json(value: Any) -> str:
    """Ten times as fast as `json`, which takes over for whole numbers and lone surrogates that orjson refuses.

    What JSON has no number for (NaN, the infinite, whole ones beyond every float) is written as null.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(_tellable(value), allow_nan=False)


def _tellable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tellable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_tellable(each) for each in value]
    is_beyond = isinstance(value, int) and value.bit_length() > _MOST_BITS
    return None if is_beyond or (isinstance(value, float) and not isfinite(value)) else value


def from_json(written: str | bytes) -> Any:
    """What a JSON column says; raises ValueError where it is no JSON."""
    try:
        return orjson.loads(written)
    except ValueError:
        return json.loads(written, parse_int=_number, parse_float=_number, parse_constant=lambda _: None)


def _number(written: str) -> float | None:
    told = float(written)
    return None if not isfinite(told) else int(written) if written.lstrip("-").isdigit() else told


_JSON: Final[dict[str, Any]] = {"json_serializer": _as_json, "json_deserializer": from_json}
_ENGINE: Final = {**_JSON, "hide_parameters": True}
"""Messages of errors stand in logs, where nothing of a row belongs."""


def connect(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`; raises BadSetting for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("DATABASE_URL is not a database address such as sqlite:///instance/directory.sqlite") from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, **_ENGINE)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **_ENGINE)
    raise BadSetting(f"DATABASE_URL must be an sqlite or postgresql address, not {parsed.get_backend_name()}")


def dialect(name: str) -> Dialect:
    """What turns values into the form in which an engine of `connect` with this dialect's name stores them."""
    driver = {"postgresql": "postgresql+psycopg"}.get(name, name)
    return create_engine(f"{driver}://", **_JSON).dialect


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """WAL for readers beside a writer; FULL because NORMAL loses acknowledged commits in a power cut."""
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("distance_km", 4, _distance_km, deterministic=True)
    connection.create_function("folded", 1, folded_phrase, deterministic=True)


def _distance_km(
    latitude: float | None, longitude: float | None, to_latitude: float, to_longitude: float
) -> float | None:
    if latitude is None or longitude is None:
        return None
    return distance.km((latitude, longitude), (to_latitude, to_longitude))


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = "BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN"
    if options.get("is_patient", True):
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def reason(error: SQLAlchemyError) -> str:
    """Why the database refused, in its own words: one line, without the statement and its values."""
    told = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return told.splitlines()[0] if told else type(error).__name__


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; what it changed by mistake is rolled back."""
    with Session(engine) as session:
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """As `reading`, of one state of everything however long it takes; whoever writes meanwhile does not wait."""
    is_postgresql = engine.dialect.name == "postgresql"  # in SQLite's WAL every transaction is one
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_postgresql else {}
    with Session(engine.execution_options(**options)) as session:
        yield session


@contextmanager
def writing(engine: Engine, is_patient: bool = True) -> Iterator[Session]:
    """A session that writes: takes SQLite's one write lock at once, commits at the end, all or nothing.

    Not `is_patient`: raises OperationalError at once where another has that lock, for what can as well be left out.
    """
    with Session(engine.execution_options(writes=True, is_patient=is_patient)) as session, session.begin():
        yield session


def migrate(engine: Engine) -> None:
    """Bring the tables to this version's shape; safe to call at every start."""
    with engine.connect() as connection:  # without waiting for whoever writes
        if revision(connection) == revisions()[-1]:
            return
    with engine.execution_options(writes=True).begin() as connection:
        hold_tables(connection)
        upgrade(connection)


def revisions() -> list[str]:
    """The shapes of the tables that this version knows, the oldest first: by the names of files, without Alembic."""
    return sorted(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str:
    """Which shape the tables have; "" where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


def hold_tables(connection: Connection) -> None:
    """One of several starting processes at a time, to the end of the transaction. SQLite has only one that writes."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to the shape of a revision, in the connection's transaction."""
    from alembic import command  # here: it takes 11 MB and a third of a second, and is seldom needed

    command.upgrade(_migrations(connection), to)


def take_down(connection: Connection) -> None:
    """Take all tables away, with what is in them, in the connection's transaction."""
    from alembic import command

    command.downgrade(_migrations(connection), "base")


def _migrations(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    options: dict[str, Any] = config.attributes
    options["connection"] = connection
    return config
