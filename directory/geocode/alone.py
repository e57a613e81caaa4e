"""One geocoder at a time for each directory: the server's one request a second is meant for all of us together."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

_NUMBER = 4207003  # of PostgreSQL's advisory lock; the migrations and the search index have those before


class AnotherAtWork(Exception):
    """Another process looks up places for this directory now."""


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Hold the directory's only place at the geocoder; raise AnotherAtWork where it is taken.

    The system gives it free when the process ends, however it ends. No transaction is held, so nobody else waits.
    """
    is_postgresql = engine.dialect.name == "postgresql"
    with _on_postgresql(engine) if is_postgresql else _beside_the_file(str(engine.url.database)):
        yield


@contextmanager
def _on_postgresql(engine: Engine) -> Iterator[None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _NUMBER}):
            raise AnotherAtWork
        try:
            yield
        finally:
            connection.invalidate()  # a connection that goes back to the pool would keep the lock


@contextmanager
def _beside_the_file(database: str) -> Iterator[None]:
    """A lock on a file of its own: one on the database's would be lost when anybody in the process closes that file."""
    with Path(f"{database}.geocoding").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherAtWork from None
        yield
