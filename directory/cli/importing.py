"""`directory import`, `undo`, `runs`, `export`, and the work on large uploads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from directory import database, exporter, importer
from directory.cli.opening import opened
from directory.cli.reporting import Report
from directory.importer import RowPlan, Table, keeping, runs, sources, working
from directory.importer.planning import BATCH
from directory.models import ImportRun

T = TypeVar("T")
RUN = click.IntRange(0, 2**31 - 1)
"""A number that a database can be asked for."""


class _NothingWritten(Exception):
    """Rolls back what was written for the report."""


class _FileChanged(Exception):
    """What was read is not one file."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--accept-valid", is_flag=True, help="Write the good rows although others are refused.")
@click.option("--encoding", default="", help="How the file is written, when it cannot tell by itself: cp1251, cp1252…")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--no-limits", is_flag=True, help="Read files of any size.")
def import_(
    files: tuple[Path, ...], dry_run: bool, accept_valid: bool, encoding: str, as_json: bool, no_limits: bool
) -> None:
    """Import contact points from CSV files: all of a file or nothing."""
    out, has_failed = sys.stdout, False
    with importer.hard_work(sum(map(sources.size, files))):
        engine = opened()
        for number, file in enumerate(files):
            report = Report(file, as_json)
            report.read(encoding, not no_limits)
            if report.table is not None:
                _import(engine, report, report.table, dry_run, accept_valid)
            has_failed |= report.has_failed
            if as_json:
                out.write(", " if number else '{"files": [')
                report.print_json(out)
            else:
                report.say()
    if as_json:
        out.write("]}\n")
    if has_failed:
        sys.exit(1)


def _import(engine: Engine, report: Report, table: Table, dry_run: bool, accept_valid: bool) -> None:
    """Plan and write in one go; what must not be written is rolled back as a whole."""
    try:
        if dry_run:
            _look(engine, report, table)
        else:
            _write(engine, report, table, accept_valid)
    except _NothingWritten:
        report.run = None
    except importer.Overtaken:
        report.fail("Somebody else changed the directory at the same time. Nothing was written: run it again.")
    except SQLAlchemyError as error:
        report.fail(f"The database refused ({database.reason(error)}). Nothing was written: run it again.")
    except Exception:
        if not report.has_changed:  # of which anything can come: another shape, other characters, no file at all
            raise
        report.fail(sources.CHANGED)


def _look(engine: Engine, report: Report, table: Table) -> None:
    with database.snapshot(engine) as session:
        report.tally = importer.tallied(_watched(report, table, importer.plan(session, table)))
    if report.has_changed:
        raise _FileChanged


def _write(engine: Engine, report: Report, table: Table, accept_valid: bool) -> None:
    with database.writing(engine) as session:
        run = _run(session, report, table)
        steps = _watched(report, table, importer.plan(session, table, is_written=True))
        report.tally = importer.apply(session, run.number, _kept(session, run.number, steps))
        if report.has_changed:
            raise _FileChanged
        if report.tally.refused and not accept_valid:
            raise _NothingWritten
        if not report.tally.created + report.tally.changed:
            raise _NothingWritten
        working.count(run, report.tally)
        report.run = run.number


def _run(session: Session, report: Report, table: Table) -> ImportRun:
    source = report.source
    run = runs.upload(session, source if isinstance(source, bytes) else b"", report.file.name)
    run.state, run.applied_at = "applied", datetime.now(UTC)
    run.size, run.encoding, run.delimiter = sources.size(source), table.encoding, table.delimiter
    keeping.keep_problems(session, run.number, table.warnings, are_warnings=True)
    return run


def _kept(session: Session, run: int, steps: Iterator[RowPlan]) -> Iterator[RowPlan]:
    """The same steps; what is refused or doubtful in them is kept with the run, some thousand rows at a time."""
    while batch := list(islice(steps, BATCH)):
        keeping.keep_rows(session, run, [step for step in batch if step.problems])
        keeping.keep_problems(session, run, [problem for step in batch for problem in step.problems])
        doubts = [warning for step in batch for warning in step.warnings]
        keeping.keep_problems(session, run, doubts, are_warnings=True)
        yield from batch


def _watched(report: Report, table: Table, steps: Iterator[RowPlan]) -> Iterator[RowPlan]:
    return report.watch(_with_bar(table.count, report.name)(steps))


def _with_bar(total: int, label: str) -> Any:
    """Show a progress bar on a terminal while steps go by."""

    def shown(steps: Iterable[T]) -> Iterator[T]:
        hidden = not sys.stderr.isatty()
        with click.progressbar(steps, length=total, label=label, hidden=hidden, file=sys.stderr) as bar:
            yield from bar

    return shown


@click.command()
@click.argument("run", type=RUN)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def undo(run: int, as_json: bool) -> None:
    """Take back what import RUN changed; what was edited since stays and is told."""
    try:
        with database.writing(opened()) as session:
            undoing, kept = importer.undo(
                session, run, watch=lambda total, steps: _with_bar(total, f"Undo of {run}")(steps)
            )
            report = {"run": undoing.number, "undone": undoing.changed, "kept": [each.id for each in kept]}
    except importer.CannotUndo as cannot:
        if as_json:
            click.echo(json.dumps({"run": None, "code": cannot.code, "message": cannot.message}))
        else:
            click.echo(cannot.message, err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(report))
        return
    for each in kept:
        click.echo(each.problem.sentence, err=True)
    click.echo(f"Run {run} undone as run {report['run']}: {report['undone']} taken back, {len(kept)} kept.")


@click.command("runs")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--page", type=click.IntRange(1, 1_000_000), default=1, help="Fifty runs stand on a page.")
def runs_(as_json: bool, page: int) -> None:
    """List the imports, newest first."""
    with database.reading(opened()) as session:
        listed, total = runs.recent(session, page)
        rows = [_told(run) for run in listed]
    if as_json:
        click.echo(json.dumps({"total": total, "runs": rows}, ensure_ascii=False))
        return
    for row in rows:
        counts = f"{row['created']} created, {row['changed']} changed, {row['refused']} refused"
        click.echo(f"{row['run']}  {row['uploaded_at']}  {row['kind']}  {row['state']}  {counts}  {row['file_name']}")


def _utc(moment: datetime) -> str:
    """ISO 8601 with its zone, which SQLite does not keep."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _told(run: ImportRun) -> dict[str, Any]:
    named = ("kind", "state", "file_name", "by", "rows", "created", "changed", "unchanged", "refused", "undoes")
    at = _utc(run.applied_at) if run.applied_at else None
    told = {name: getattr(run, name) for name in named}
    return {"run": run.number, **told, "uploaded_at": _utc(run.uploaded_at), "applied_at": at}


@click.command()
@click.option("--format", "kind", type=click.Choice(["csv", "geojson"]), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="[default: stdout]"
)
def export(kind: str, output: Any) -> None:
    """Write all contact points as CSV (the import format) or GeoJSON."""
    written = {"csv": exporter.as_csv, "geojson": exporter.as_geojson}[kind]
    with database.snapshot(opened()) as session:
        for piece in written(session):
            output.write(piece)


@click.command(hidden=True)
@click.argument("run", type=RUN)
@click.option("--claimed-at", type=float, help="When the site said for this process that it has the run.")
def work(run: int, claimed_at: float | None) -> None:
    """Plan, apply or undo a large run: started by the site."""
    with importer.hard_work():
        importer.work(opened(), run, claimed_at)
