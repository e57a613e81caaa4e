"""Import runs: uploading, choosing, confirming, dropping, and looking at what a run does and did."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Row, distinct, func, or_, select
from sqlalchemy.orm import Session

from directory.importer import keeping
from directory.importer.problems import Problem
from directory.models import NAME_LENGTH, Change, ContactPoint, ImportRun, PlannedRow, PlanProblem
from directory.vocabulary import N_

PER_PAGE: Final = 50
OPEN: Final = ("waiting", "reading", "confirmed", "undoing")
"""States in which somebody has work to do on a run."""
_OF_THE_FILE: Final = ("unknown_column", "lookalike_header", "nameless_column", "no_rows")
"""Doubts about the file, although most name the line of its header."""


@dataclass(eq=False)
class NotNow(Exception):
    """What cannot be done to a run in its present state: a message id."""

    message: str


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one kind: how many rows of which column have it, and an example."""

    code: str
    column: str | None
    count: int
    example: PlanProblem
    is_warning: bool = False


def upload(session: Session, data: bytes, file_name: str, by: str = "") -> ImportRun:
    """Keep a file as a run that waits to be read."""
    run = ImportRun(file_name=_harmless(file_name), by=by, size=len(data), content=zlib.compress(data, 6))
    session.add(run)
    session.flush()
    return run


def _harmless(file_name: str) -> str:
    """A name to show, never a path: the last part, without control characters."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:NAME_LENGTH].strip() or "upload.csv"


def content(run: ImportRun) -> bytes:
    """The uploaded bytes; b"" for a run that kept none."""
    return zlib.decompress(run.content) if run.content else b""


def get(session: Session, number: int) -> ImportRun | None:
    return session.get(ImportRun, number)


def held(session: Session, number: int) -> ImportRun | None:
    """The run, held until the end of the transaction, so that two people cannot decide about it at once."""
    return session.get(ImportRun, number, with_for_update=True)


def choose_encoding(session: Session, number: int, encoding: str) -> ImportRun:
    """The administrator says in which encoding the file is written: it is read again."""
    run = _in_state(session, number, "asking")
    if encoding not in {candidate["encoding"] for candidate in run.candidates}:
        raise NotNow(N_("Choose one of the encodings that are shown."))
    run.encoding, run.state, run.candidates = encoding, "waiting", []
    return run


def confirm(session: Session, number: int, digest: str, by: str = "") -> ImportRun:
    """Apply the good rows of the plan that was shown (`digest`, hexadecimal); pressing twice confirms once.

    Raises NotNow when there is nothing to apply, or when the plan is not the one that was shown.
    """
    run = held(session, number)
    if run is not None and run.state in ("confirmed", "applied") and run.plan_digest.hex() == digest:
        return run
    run = _in_state(session, number, "planned")
    if run.plan_digest.hex() != digest:
        raise NotNow(N_("The plan was made again since you saw it. Look at it once more."))
    if not run.created + run.changed:
        raise NotNow(N_("This file changes nothing: there is nothing to apply."))
    run.state, run.applied_by = "confirmed", by
    return run


def drop(session: Session, number: int) -> ImportRun:
    """The administrator does not want this import; the file is forgotten, the fact stays."""
    run = held(session, number)
    if run is None or run.kind == "undo" or run.state in ("confirmed", "applied", "dropped"):
        raise NotNow(N_("This import can no longer be dropped."))
    run.state, run.content = "dropped", None
    keeping.forget(session, run)
    return run


def _in_state(session: Session, number: int, state: str) -> ImportRun:
    run = held(session, number)
    if run is None or run.state != state:
        raise NotNow(N_("This import has gone on in the meantime. Look at it once more."))
    return run


def recent(session: Session, page: int = 1) -> tuple[Sequence[ImportRun], int]:
    """(a page of runs, newest first; how many runs there are)."""
    statement = select(ImportRun).order_by(ImportRun.number.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return session.scalars(statement).all(), session.scalar(select(func.count()).select_from(ImportRun)) or 0


def unfinished(session: Session) -> Sequence[int]:
    """The numbers of runs on which there is work to do."""
    return session.scalars(select(ImportRun.number).where(ImportRun.state.in_(OPEN)).order_by(ImportRun.number)).all()


def undone_by(session: Session, runs: Iterable[ImportRun]) -> dict[int, ImportRun]:
    """Number of a run → the run that took it back, or is `undoing` it, of those that have one."""
    mine = ImportRun.undoes.in_([run.number for run in runs])
    found = session.scalars(select(ImportRun).where(mine, ImportRun.state != "refused"))
    return {undoing.undoes: undoing for undoing in found if undoing.undoes}


def planned(
    session: Session, run: ImportRun, outcome: str = "", group: Group | None = None, warned: bool = False, page: int = 1
) -> Sequence[PlannedRow]:
    """A page of the rows of a plan in the order of the file: all, or those of one outcome, or those with one kind of
    problem, or those with a warning. Rows that change nothing stand only among the last two."""
    if group or warned:
        return _with_problems(session, run, group, page)
    found = select(PlannedRow).where(PlannedRow.run == run.number)
    if outcome:
        found = found.where(PlannedRow.outcome == outcome)
    return session.scalars(found.order_by(PlannedRow.line).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()


def _with_problems(session: Session, run: ImportRun, group: Group | None, page: int) -> Sequence[PlannedRow]:
    lines = select(PlanProblem.line).where(PlanProblem.run == run.number, ~_is_of_the_file()).distinct()
    if group:
        lines = lines.where(PlanProblem.code == group.code, PlanProblem.column.is_not_distinct_from(group.column))
    lines = lines.where(PlanProblem.is_warning.is_(group.is_warning if group else True))
    found = session.scalars(lines.order_by(PlanProblem.line).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    shown = [line for line in found if line is not None]
    kept = select(PlannedRow).where(PlannedRow.run == run.number, PlannedRow.line.in_(shown))
    rows = {row.line: row for row in session.scalars(kept)}
    unchanged = {"run": run.number, "outcome": "unchanged", "cells": {}}
    return [rows.get(line) or PlannedRow(line=line, **unchanged) for line in shown if line is not None]


def problems_of(session: Session, run: ImportRun, lines: Sequence[int]) -> dict[int, list[PlanProblem]]:
    """Line → its problems and warnings, for the rows of a page."""
    statement = select(PlanProblem).where(PlanProblem.run == run.number, PlanProblem.line.in_(lines))
    found: dict[int, list[PlanProblem]] = {}
    for problem in session.scalars(statement.order_by(PlanProblem.is_warning, PlanProblem.number)):
        found.setdefault(problem.line or 0, []).append(problem)
    return found


def groups(session: Session, run: ImportRun) -> list[Group]:
    """The kinds of problems and warnings that rows of a plan have; problems first, the most frequent first."""
    kinds = (PlanProblem.is_warning, PlanProblem.code, PlanProblem.column)
    found = session.execute(
        select(*kinds, func.count(distinct(PlanProblem.line)), func.min(PlanProblem.number))
        .where(PlanProblem.run == run.number, ~_is_of_the_file())
        .group_by(*kinds)
    ).all()
    examples = session.scalars(select(PlanProblem).where(PlanProblem.number.in_([row[4] for row in found])))
    by_number = {example.number: example for example in examples}
    listed = [
        Group(code, column, count, by_number[first], is_warning) for is_warning, code, column, count, first in found
    ]
    return sorted(listed, key=lambda group: (group.is_warning, -group.count, group.code, group.column or ""))


def of_the_file(session: Session, run: ImportRun, page: int = 1) -> Sequence[PlanProblem]:
    """A page of what is wrong or doubtful in no single row: columns that mean nothing, entries that an undo kept."""
    found = select(PlanProblem).where(PlanProblem.run == run.number, _is_of_the_file())
    return session.scalars(found.order_by(PlanProblem.number).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()


def _is_of_the_file() -> ColumnElement[bool]:
    return or_(PlanProblem.line.is_(None), PlanProblem.code.in_(_OF_THE_FILE))


def changes(session: Session, run: ImportRun, page: int = 1) -> Sequence[tuple[Change, str | None]]:
    """A page of what a run did: each change, and the name of its entry as it is now (None: it is no longer there)."""
    shown = (
        select(Change, ContactPoint.name)
        .outerjoin(ContactPoint, ContactPoint.id == Change.contact_point)
        .where(Change.run == run.number)
        .order_by(Change.number)
    )
    found = session.execute(shown.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return [(change, name) for change, name in found]


def names_before_removal(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Id → the name that an entry had when it was removed, of those of which that was noted."""
    if not ids:
        return {}
    removed = select(Change.contact_point, Change.cells).where(Change.what == "removed", Change.contact_point.in_(ids))
    found = session.execute(removed.order_by(Change.number))
    return {id_: str(cells["name"][0]) for id_, cells in found if "name" in cells}


def history(session: Session, id: str) -> Sequence[Row[Change, ImportRun]]:  # noqa: A002  # the entry's id
    """(change, its run) of a contact point, newest first: who, when, what, by which import."""
    statement = (
        select(Change, ImportRun)
        .join(ImportRun, ImportRun.number == Change.run)
        .where(Change.contact_point == id)
        .order_by(Change.number.desc())
    )
    return session.execute(statement).all()


def refusal(run: ImportRun) -> Problem | None:
    """Why a file could not be read at all."""
    return Problem(**run.refusal) if run.refusal else None
