"""`directory import`, `undo`, `runs`, `export`, and the work on large uploads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from directory import database, exporter, importer
from directory.cli.opening import opened
from directory.importer import Problem, RowPlan, Table, Tally, keeping, runs, working
from directory.models import ImportRun

T = TypeVar("T")
RUN = click.IntRange(0, 2**31 - 1)
"""A number that a database can be asked for."""
_KEPT_BYTES = 26_214_400
"""A larger file is imported and not kept with its run."""


class _NothingWritten(Exception):
    """Rolls back what was written for the report."""


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
    engine = opened()
    importer.work_hard()
    reports = []
    for file in files:
        report = _Report(file)
        report.read(encoding, not no_limits)
        if report.table is not None:
            _import(engine, report, report.table, dry_run, accept_valid)
        reports.append(report)
        if not as_json:
            report.say()
    if as_json:
        click.echo(json.dumps({"files": [report.as_dict() for report in reports]}, ensure_ascii=False, default=str))
    if any(report.has_failed for report in reports):
        sys.exit(1)


def _import(engine: Engine, report: _Report, table: Table, dry_run: bool, accept_valid: bool) -> None:
    """Plan and write in one go; what must not be written is rolled back as a whole."""
    steps = _with_bar(table.count, report.file.name)
    if dry_run:
        with database.reading(engine) as session:
            report.tally = importer.tallied(report.watch(steps(importer.plan(session, table))))
        return
    try:
        with database.writing(engine) as session:
            run = _run(session, report.file, report.source, table)
            report.tally = importer.apply(
                session, run.number, report.watch(steps(importer.plan(session, table, is_written=True)))
            )
            if report.tally.refused and not accept_valid:
                raise _NothingWritten
            if not report.tally.created + report.tally.changed:
                raise _NothingWritten
            working.count(run, report.tally)
            keeping.keep_rows(session, run.number, report.refused)
            keeping.keep_problems(session, run.number, report.problems)
            keeping.keep_problems(session, run.number, report.warnings, are_warnings=True)
            report.run = run.number
    except _NothingWritten:
        pass
    except importer.Overtaken:
        report.forget()
        report.failure = "Somebody else changed the directory at the same time. Nothing was written: run it again."
    except SQLAlchemyError as error:
        report.forget()
        report.failure = f"The database refused ({database.reason(error)}). Nothing was written: run it again."


def _run(session: Session, file: Path, source: bytes | Path, table: Table) -> ImportRun:
    run = runs.upload(session, source if isinstance(source, bytes) else b"", file.name)
    run.state, run.applied_at = "applied", datetime.now(UTC)
    run.size = len(source) if isinstance(source, bytes) else file.stat().st_size
    run.encoding, run.delimiter = table.encoding, table.delimiter
    return run


def _with_bar(total: int, label: str) -> Any:
    """Show a progress bar on a terminal while steps go by."""

    def shown(steps: Iterable[T]) -> Iterator[T]:
        hidden = not sys.stderr.isatty()
        with click.progressbar(steps, length=total, label=label, hidden=hidden, file=sys.stderr) as bar:
            yield from bar

    return shown


class _Report:
    """What became of one file, for people and as JSON (docs/command.md)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.source: bytes | Path = file.read_bytes() if file.stat().st_size <= _KEPT_BYTES else file
        """A file that is kept is read once, whatever becomes of it meanwhile."""
        self.table: Table | None = None
        self.refusal: Problem | None = None
        self.candidates: tuple[str, ...] = ()
        self.failure = ""
        self.refused: list[RowPlan] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.tally = Tally()
        self.run: int | None = None

    def read(self, encoding: str, has_limits: bool) -> None:
        try:
            self.table = importer.read(self.source, encoding, has_limits)
        except importer.Unreadable as refused:
            self.refusal = refused.problem
            return
        except importer.Unsure as unsure:
            self.candidates = tuple(candidate.encoding for candidate in unsure.candidates)
            return
        self.warnings += self.table.warnings

    def forget(self) -> None:
        """Nothing was written after all."""
        self.run, self.tally = None, Tally()

    def watch(self, steps: Iterable[RowPlan]) -> Iterator[RowPlan]:
        for step in steps:
            self.problems += step.problems
            if step.problems:
                self.refused.append(step)
            self.warnings += step.warnings
            yield step

    @property
    def has_failed(self) -> bool:
        return bool(self.refusal or self.candidates or self.failure or self.problems)

    def as_dict(self) -> dict[str, Any]:
        refused = self.refusal and {**_as_dict(self.refusal)}
        return {
            "file": str(self.file),
            "applied": self.run is not None,
            "run": self.run,
            "refused": refused,
            "encodings": list(self.candidates),
            "failure": self.failure or None,
            "counts": {name: getattr(self.tally, name) for name in ("created", "changed", "unchanged", "refused")},
            "problems": [_as_dict(problem) for problem in self.problems],
            "warnings": [_as_dict(warning) for warning in self.warnings],
        }

    def say(self) -> None:
        if self.refusal:
            click.echo(f"{self.file}: refused. {self.refusal.sentence}", err=True)
            return
        if self.candidates:
            told = ", ".join(self.candidates)
            click.echo(f"{self.file}: not sure how it is written. Say it with --encoding: {told}.", err=True)
            return
        for problem in (*self.problems, *self.warnings):
            click.echo(f"{self.file}: {_in_words(problem)}", err=True)
        if self.failure:
            click.echo(f"{self.file}: {self.failure}", err=True)
        tally = self.tally
        counts = (
            f"{tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged, {tally.refused} refused"
        )
        outcome = f"Written as run {self.run}." if self.run else "Nothing written."
        click.echo(f"{self.file}: {counts}. {outcome}")


def _as_dict(problem: Problem) -> dict[str, Any]:
    told = {name: getattr(problem, name) for name in ("line", "column", "code", "suggestion")}
    return {**told, "message": problem.sentence}


def _in_words(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line else "file"
    column = f", {problem.column}" if problem.column else ""
    meant = f" Did you mean {problem.suggestion}?" if problem.suggestion else ""
    return f"{line}{column}: {problem.sentence}{meant}"


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


def _told(run: ImportRun) -> dict[str, Any]:
    named = ("kind", "state", "file_name", "by", "rows", "created", "changed", "unchanged", "refused", "undoes")
    at = run.applied_at.isoformat() if run.applied_at else None
    told = {name: getattr(run, name) for name in named}
    return {"run": run.number, **told, "uploaded_at": run.uploaded_at.isoformat(), "applied_at": at}


@click.command()
@click.option("--format", "kind", type=click.Choice(["csv", "geojson"]), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="[default: stdout]"
)
def export(kind: str, output: Any) -> None:
    """Write all contact points as CSV (the import format) or GeoJSON."""
    written = {"csv": exporter.as_csv, "geojson": exporter.as_geojson}[kind]
    with database.reading(opened()) as session:
        for piece in written(session):
            output.write(piece)


@click.command(hidden=True)
@click.argument("run", type=RUN)
@click.option("--claimed-at", type=float, help="When the site said for this process that it has the run.")
def work(run: int, claimed_at: float | None) -> None:
    """Plan, apply or undo a large run: started by the site."""
    importer.work_hard()
    importer.work(opened(), run, claimed_at)
