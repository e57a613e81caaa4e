"""`directory serve` and `directory reindex`."""

from __future__ import annotations

import sys

import click
from sqlalchemy import Engine, func, select

from directory import database, importer
from directory.cli.opening import opened, reindexed
from directory.config import bundled, from_environment
from directory.importer import runs, working
from directory.models import ContactPoint


@click.command()
@click.option("--host", help="The address to listen on.  [default: HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on.  [default: PORT or 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Serve the site: make or update the tables, load the first data into an empty directory, answer."""
    from directory.server import Server

    settings = from_environment()
    engine = opened(settings)
    _load_seed(engine)
    _go_on_with_imports(engine)
    engine.dispose()
    Server(settings, host or settings.host, settings.port if port is None else port).run()


def _go_on_with_imports(engine: Engine) -> None:
    """Uploads on which somebody was at work when the server, or its machine, was stopped."""
    with database.reading(engine) as session:
        numbers = runs.unfinished(session)
    for number in numbers:
        working.begin(engine, number)


def _load_seed(engine: Engine) -> None:
    """Only into an empty directory: what people changed is never overwritten."""
    with database.writing(engine) as session:
        if session.scalar(select(func.count()).select_from(ContactPoint)):
            return
        file = bundled("data/seed.csv")
        table = importer.read(file)
        run = runs.upload(session, file.read_bytes(), file.name)
        tally = importer.apply(session, run.number, importer.plan(session, table))
        run.state, run.applied_at, run.encoding, run.delimiter = "applied", run.uploaded_at, table.encoding, ","
        working.count(run, tally)
    click.echo(f"Loaded {tally.created} contact points.")


@click.command()
def reindex() -> None:
    """Write all that is searched anew from the contact points, while the site stays open."""
    engine = opened()
    with database.reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(ContactPoint)) or 0
    done = 0
    with click.progressbar(length=total, label="Indexing", hidden=not sys.stderr.isatty(), file=sys.stderr) as bar:
        for number in reindexed(engine):
            bar.update(number)
            done += number
    click.echo(f"Indexed {done} contact points.")
