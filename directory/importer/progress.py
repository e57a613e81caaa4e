"""How far the work on a run is, seen from every process.

On SQLite an application holds the one write lock until it is done, so progress stands in a file of its own beside the
directory's; on PostgreSQL it is an ordinary row, written by a connection of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Engine, create_engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from directory.models import RunProgress

T = TypeVar("T")
ALIVE_SECONDS: Final = 20.0
"""A worker that gave no sign of life for so long is dead, and another one may take over."""
_EVERY_SECONDS: Final = 0.5
_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows done of all rows; `is_alive`: somebody works on it."""

    done: int
    total: int
    is_alive: bool


@lru_cache(maxsize=8)
def _beside(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    file = f"{url.database}-progress" if url.database and url.database != ":memory:" else ":memory:"
    engine = create_engine(url.set(database=file), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # several may be the first
        connection.execute(CreateTable(RunProgress.metadata.tables["run_progress"], if_not_exists=True))
    return engine


def of(engine: Engine, run: int) -> Progress:
    """Where the work on a run stands; nothing done and nobody at work when there is no trace of any."""
    columns = select(RunProgress.done, RunProgress.total, RunProgress.beat_at).where(RunProgress.run == run)
    with _beside(engine.url).connect() as connection:
        row = connection.execute(columns).one_or_none()
    if row is None:
        return Progress(0, 0, is_alive=False)
    return Progress(row.done, row.total, time.time() - row.beat_at < ALIVE_SECONDS)


def claim(engine: Engine, run: int) -> float | None:
    """Say that a worker has a run from now on; the moment of it, or None when another one that is alive has it."""
    now = time.time()
    with _beside(engine.url).connect() as connection:
        is_dead = RunProgress.beat_at < now - ALIVE_SECONDS
        taken = connection.execute(
            update(RunProgress).where(RunProgress.run == run, is_dead).values(done=0, total=0, beat_at=now)
        )
        if taken.rowcount:
            return now
        try:
            connection.execute(insert(RunProgress).values(run=run, done=0, total=0, beat_at=now))
        except SQLAlchemyError:  # somebody else's row is there, and fresh
            return None
    return now


def take_over(engine: Engine, run: int, claimed_at: float) -> bool:
    """Go on with a claim that another process made for this one; False when it grew old and others have the run."""
    mine = update(RunProgress).where(RunProgress.run == run, RunProgress.beat_at == claimed_at)
    with _beside(engine.url).connect() as connection:
        return bool(connection.execute(mine.values(beat_at=time.time())).rowcount)


def release(engine: Engine, run: int) -> None:
    """The work on a run has ended."""
    with _beside(engine.url).connect() as connection:
        connection.execute(delete(RunProgress).where(RunProgress.run == run))


def watched(engine: Engine, run: int, total: int, steps: Iterable[T]) -> Iterator[T]:
    """The same steps; tells twice a second how many went by."""
    told_at, values = 0.0, dict[str, Any]()
    with _beside(engine.url).connect() as connection:
        for done, step in enumerate(steps):
            if done % _ROWS == 0 and time.monotonic() - told_at > _EVERY_SECONDS:
                told_at, values = time.monotonic(), {"done": done, "total": total, "beat_at": time.time()}
                connection.execute(update(RunProgress).where(RunProgress.run == run).values(values))
            yield step
