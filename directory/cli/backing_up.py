"""`directory backup` and `directory restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

import click
from sqlalchemy import Engine

from directory import backup, database
from directory.backup import Manifest, Refused
from directory.config import from_environment

BAR_AFTER_SECONDS: Final = 1.0
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Put it in the place of an older file, when it is complete.")
@AS_JSON
def backup_(file: Path, overwrite: bool, as_json: bool) -> None:
    """Write all that cannot be derived into one FILE, while the site stays open.

    It can be restored into SQLite and PostgreSQL alike. Keep it safe: passwords (hashed) and the secrets of
    authenticator apps are in it.
    """
    if str(file) == "-":
        raise click.UsageError("A backup is written into a file: it appears when it is complete.")
    started = monotonic()
    try:
        told = _backed_up(file, overwrite)
    except Refused as refused:
        _refuse("written", file, refused, as_json)
    size = file.stat().st_size
    if as_json:
        _print({"written": True, "file": click.format_filename(file), "bytes": size}, told, started)
        return
    click.echo(f"Wrote {_in_words(told)} into {click.format_filename(file)}: {size / 1e6:,.1f} MB.")


def _backed_up(file: Path, overwrite: bool) -> Manifest:
    """What was written is read again as a restore would, before it has its name."""
    url = from_environment().database_url
    backup.expect_directory(url, file)
    with _connected(url) as engine, backup.appearing(file, overwrite) as target:
        with database.snapshot(engine) as session, _bar(backup.count(session), "Backing up") as tell:
            told = backup.write(session, target, tell)
        with backup.opened(target) as written, _bar(told.rows, "Checking") as tell:
            written.check(tell)
    return told


@contextmanager
def _connected(url: str) -> Iterator[Engine]:
    """The directory as it is: its tables are neither made nor updated."""
    engine = database.connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AS_JSON
def restore_(file: Path, as_json: bool) -> None:
    """Fill an empty directory from a backup: all of FILE or nothing.

    It may be the backup of an older version, and of the other engine. What is in a directory is never overwritten.
    """
    started = monotonic()
    try:
        told = _restored(file)
    except Refused as refused:
        _refuse("restored", file, refused, as_json)
    if as_json:
        _print({"restored": True, "file": click.format_filename(file)}, told, started)
        return
    click.echo(f"Restored {_in_words(told)}, as they were on {told.made_at:%Y-%m-%d at %H:%M} UTC.")


def _restored(file: Path) -> Manifest:
    from directory import importer  # here: a backup does without

    with importer.hard_work(), file.open("rb") as source, backup.opened(source) as found:
        told = found.manifest
        with _bar(told.rows, "Checking") as tell:
            found.check(tell)
        with (
            _connected(from_environment().database_url) as engine,
            database.writing(engine) as session,
            _bar(backup.steps(found), "Restoring") as tell,
        ):
            backup.restore(session, found, tell)
    return told


@contextmanager
def _bar(total: int, label: str) -> Iterator[Callable[[int], object]]:
    """What is told how much more is done, and shows it on a terminal when it takes long."""
    start = monotonic()
    with click.progressbar(length=total, label=label, hidden=True, file=sys.stderr) as bar:

        def tell(more: int) -> None:
            bar.hidden = not sys.stderr.isatty() or monotonic() - start < BAR_AFTER_SECONDS
            bar.update(more)

        yield tell


def _refuse(what: str, file: Path, refused: Refused, as_json: bool) -> NoReturn:
    if not as_json:
        raise click.ClickException(f"{refused.sentence} Nothing was {what}.")
    told = {what: False, "file": click.format_filename(file), "code": refused.code, "message": refused.sentence}
    click.echo(json.dumps(told, ensure_ascii=False))
    sys.exit(1)


def _print(told: dict[str, Any], of: Manifest, started: float) -> None:
    made = {"made_at": of.made_at.isoformat(timespec="seconds"), "program": of.program, "revision": of.revision}
    tables = {name: part.rows for name, part in of.tables.items()}
    whole = {**told, **made, "seconds": round(monotonic() - started, 3), "tables": tables}
    click.echo(json.dumps(whole, ensure_ascii=False))


def _in_words(told: Manifest) -> str:
    rows = told.tables["contact_point"].rows
    return f"{rows:,} contact points and all that belongs to them"
