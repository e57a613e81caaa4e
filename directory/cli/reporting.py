"""What became of an imported file, for people and as JSON (docs/command.md), however many rows have something wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final, TextIO

import click
from babel import Locale

from directory.importer import Problem, RowPlan, Table, Tally, Unreadable, Unsure, read, sources
from directory.importer.problems import COUNTRIES

if TYPE_CHECKING:
    from directory import geocode

MOST_SAID: Final = 100
"""Problems, and warnings, of a file that are said one by one to people; of the others only how many they are."""
_IN_MEMORY: Final = 1 << 20
"""Bytes of JSON; what is more stands in a file until it is printed."""
_KEPT_BYTES: Final = 26_214_400
"""A larger file is imported and not kept with its run."""


class Listed:
    """Problems as they come. A million of them must not be held in memory."""

    def __init__(self, as_json: bool) -> None:
        self.count = 0
        self.first: list[Problem] = []
        self._written = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8") if as_json else None  # noqa: SIM115  # until printed

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count += 1
            if self._written:
                self._written.write(f"{', ' if self.count > 1 else ''}{_as_json(problem)}")
            elif self.count <= MOST_SAID:
                self.first.append(problem)

    def print_json(self, target: TextIO) -> None:
        """What was added, once."""
        assert self._written
        with self._written as written:
            written.seek(0)
            copyfileobj(written, target)


class Report:
    """What became of one file."""

    def __init__(self, file: Path, as_json: bool) -> None:
        self.file, self.name = file, click.format_filename(file)
        self._state = sources.state(file)
        is_kept = sources.size(file) <= _KEPT_BYTES
        self.source: sources.Source = file.read_bytes() if is_kept else file
        """A file that is kept is read once, whatever becomes of it meanwhile."""
        self.table: Table | None = None
        self.refusal: Problem | None = None
        self.candidates: tuple[str, ...] = ()
        self.failure = ""
        self.problems, self.warnings = Listed(as_json), Listed(as_json)
        self.tally = Tally()
        self.run: int | None = None

    @property
    def has_changed(self) -> bool:
        """Whether somebody wrote the file, or put another in its place, while it was read piece by piece."""
        return self.source == self.file and sources.state(self.file) != self._state

    def read(self, encoding: str, has_limits: bool) -> None:
        try:
            self.table = read(self.source, encoding, has_limits)
        except Unreadable as refused:
            self.refusal = refused.problem
            return
        except Unsure as unsure:
            self.candidates = tuple(candidate.encoding for candidate in unsure.candidates)
            return
        except Exception:  # a file that changes meanwhile can have any shape, or none
            if not self.has_changed:
                raise
            self.fail(sources.CHANGED)
            return
        self.warnings.add(self.table.warnings)

    def fail(self, sentence: str) -> None:
        """Nothing was written after all."""
        self.run, self.tally, self.failure = None, Tally(), sentence

    def watch(self, steps: Iterable[RowPlan]) -> Iterator[RowPlan]:
        for step in steps:
            self.problems.add(step.problems)
            self.warnings.add(step.warnings)
            yield step

    @property
    def has_failed(self) -> bool:
        return bool(self.refusal or self.candidates or self.failure or self.problems.count)

    def print_json(self, target: TextIO) -> None:
        told = {
            "file": self.name,
            "applied": self.run is not None,
            "run": self.run,
            "refused": self.refusal and _as_dict(self.refusal),
            "encodings": list(self.candidates),
            "failure": self.failure or None,
            "counts": {name: getattr(self.tally, name) for name in ("created", "changed", "unchanged", "refused")},
        }
        target.write(json.dumps(told, ensure_ascii=False)[:-1] + ', "problems": [')
        self.problems.print_json(target)
        target.write('], "warnings": [')
        self.warnings.print_json(target)
        target.write("]}")

    def say(self) -> None:
        if self.refusal:
            click.echo(f"{self.name}: refused. {self.refusal.sentence}", err=True)
            return
        if self.candidates:
            told = ", ".join(self.candidates)
            click.echo(f"{self.name}: not sure how it is written. Say it with --encoding: {told}.", err=True)
            return
        for listed, called in ((self.problems, "problems"), (self.warnings, "warnings")):
            for problem in listed.first:
                click.echo(f"{self.name}: {_in_words(problem)}", err=True)
            if more := listed.count - len(listed.first):
                click.echo(f"{self.name}: and {more} more {called}. All of them: --json.", err=True)
        if self.failure:
            click.echo(f"{self.name}: {self.failure}", err=True)
        tally = self.tally
        counts = (
            f"{tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged, {tally.refused} refused"
        )
        outcome = f"Written as run {self.run}." if self.run else "Nothing written."
        click.echo(f"{self.name}: {counts}. {outcome}")


def _as_json(problem: Problem) -> str:
    return json.dumps(_as_dict(problem), ensure_ascii=False)


def _as_dict(problem: Problem) -> dict[str, Any]:
    told = {name: getattr(problem, name) for name in ("line", "column", "code", "suggestion")}
    return {**told, "message": problem.sentence}


def sentence(problem: Problem | geocode.Problem) -> str:
    """The message for people: it says Belgium where programs are told BE."""
    names = Locale("en").territories
    said = {name: names.get(value, value) if name in COUNTRIES else value for name, value in problem.values.items()}
    return problem.message % said if said else problem.message


def _in_words(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line else "file"
    column = f", {problem.column}" if problem.column else ""
    meant = f" Did you mean {problem.suggestion}?" if problem.suggestion else ""
    return f"{line}{column}: {sentence(problem)}{meant}"
