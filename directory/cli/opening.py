"""Opening the directory that the settings name, for every command."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from directory import database, search, stamp
from directory.config import Settings, from_environment


def opened(settings: Settings | None = None) -> Engine:
    """The directory's engine, its tables made or updated, and what is searched written where it never was."""
    settings = settings or from_environment()
    engine = database.connect(settings.database_url)
    database.migrate(engine)
    with database.reading(engine) as session:
        is_written = stamp.of(session) != stamp.NOTHING_WRITTEN
    if not is_written:
        for _ in reindexed(engine):
            pass
    return engine


def reindexed(engine: Engine) -> Iterator[int]:
    """Write all that is searched anew; yields how many contact points of each batch are done.

    Each batch is a transaction of its own: the site stays open, and others who write come between two batches.
    """
    last = 0
    while True:
        with database.writing(engine) as session:
            last, done = search.reindex(session, last)
        if not done:
            return
        yield done
