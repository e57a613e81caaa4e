"""How far the work on a run is, seen from every process.

On SQLite an application holds the one write lock until it is done, so progress stands in a file of its own beside the
directory's; on PostgreSQL it is an ordinary row, written by a connection of its own.

The last sign of life is also whose run it is: a worker that stalled, and finds another one's, must write no more.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from sqlalchemy import URL, Engine, Update, create_engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
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
    """Rows done of all rows, and the last sign of life of whoever works on it, in seconds since 1970."""

    done: int
    total: int
    beat_at: float

    @property
    def is_alive(self) -> bool:
        """Somebody works on it."""
        return time.time() - self.beat_at < ALIVE_SECONDS


class TakenOver(Exception):
    """A worker was silent for so long that another one has its run now."""


@dataclass(slots=True)
class Claim:
    """That this worker has a run: as long as the last sign of life there is its own."""

    engine: Engine
    run: int
    beat_at: float

    def beat(self, **told: int) -> None:
        """Give a sign of life, and tell how far the work is; raises TakenOver."""
        now = time.time()
        with _beside(self.engine.url).connect() as connection:
            if not connection.execute(self._mine().values(beat_at=now, **told)).rowcount:
                raise TakenOver
        self.beat_at = now

    def release(self) -> None:
        """The work on the run has ended; nothing happens to another worker's claim."""
        mine = delete(RunProgress).where(RunProgress.run == self.run, RunProgress.beat_at == self.beat_at)
        with _beside(self.engine.url).connect() as connection:
            connection.execute(mine)

    def _mine(self) -> Update:
        return update(RunProgress).where(RunProgress.run == self.run, RunProgress.beat_at == self.beat_at)


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
    return Progress(row.done, row.total, row.beat_at) if row else Progress(0, 0, 0.0)


def claim(engine: Engine, run: int) -> Claim | None:
    """Say that this worker has a run from now on; None when another one that is alive has it."""
    now = time.time()
    with _beside(engine.url).connect() as connection:
        is_dead = RunProgress.beat_at < now - ALIVE_SECONDS
        taken = connection.execute(
            update(RunProgress).where(RunProgress.run == run, is_dead).values(done=0, total=0, beat_at=now)
        )
        if not taken.rowcount:
            try:
                connection.execute(insert(RunProgress).values(run=run, done=0, total=0, beat_at=now))
            except IntegrityError:  # somebody else's row is there, and fresh
                return None
    return Claim(engine, run, now)


def take_over(engine: Engine, run: int, claimed_at: float) -> Claim | None:
    """Go on with a claim that another process made for this one; None when it grew old and others have the run."""
    mine = Claim(engine, run, claimed_at)
    try:
        mine.beat()
    except TakenOver:
        return None
    return mine


def watched(mine: Claim, total: int, steps: Iterable[T]) -> Iterator[T]:
    """The same steps; tells twice a second how many went by, and raises TakenOver when another worker has the run."""
    told_at = 0.0
    for done, step in enumerate(steps):
        if done % _ROWS == 0 and time.monotonic() - told_at > _EVERY_SECONDS:
            told_at = time.monotonic()
            mine.beat(done=done, total=total)
        yield step
