"""Opening the directory that the settings name, for every command."""

from __future__ import annotations

from sqlalchemy import Engine

from directory import database
from directory.config import Settings, from_environment


def opened(settings: Settings | None = None) -> Engine:
    """The directory's engine, its tables made or updated."""
    settings = settings or from_environment()
    engine = database.connect(settings.database_url)
    database.migrate(engine)
    return engine
