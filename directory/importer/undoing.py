"""Taking back what a run did: each contact point becomes exactly what it was, unless somebody edited it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from directory.importer import entries
from directory.importer.applying import write
from directory.importer.columns import column
from directory.importer.entries import Entry
from directory.importer.planning import BATCH, RowPlan, Tally
from directory.importer.problems import Problem
from directory.models import Change, ContactPoint, ImportRun
from directory.vocabulary import N_

_NOT_COLUMNS: Final = ("place_source",)


@dataclass(eq=False)
class CannotUndo(Exception):
    """A run that cannot be taken back: a stable code and a message id."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A contact point that was edited since, and stays as it is."""

    id: str
    problem: Problem


def undo(session: Session, number: int, by: str = "") -> tuple[ImportRun, tuple[Kept, ...]]:
    """Take a run back under a run of its own; returns that run and what was kept because it was edited since.

    Raises CannotUndo: `not_applied`, `already_undone`, or `is_undo`.
    """
    run = _locked(session, number)
    undoing = ImportRun(kind="undo", state="applied", undoes=number, by=by, applied_by=by)
    undoing.applied_at, undoing.file_name = datetime.now(UTC), run.file_name
    session.add(undoing)
    session.flush()
    tally, kept = Tally(), []
    for changes, later in _in_batches(session, number):
        kept += [_kept(change, later[change.contact_point]) for change in changes if change.contact_point in later]
        good = [change for change in changes if change.contact_point not in later]
        _take_back(session, undoing.number, good, tally)
    undoing.changed, undoing.refused = tally.changed, len(kept)
    undoing.rows = tally.changed + len(kept)
    return undoing, tuple(kept)


def _locked(session: Session, number: int) -> ImportRun:
    """The run, held so that two administrators cannot undo it at once."""
    run = session.get(ImportRun, number, with_for_update=True)
    if run is None or run.state != "applied":
        raise CannotUndo("not_applied", N_("This import was not applied: there is nothing to undo."))
    if run.kind == "undo":
        raise CannotUndo("is_undo", N_("This is itself an undo. Import the file again instead."))
    if session.scalar(select(ImportRun.number).where(ImportRun.undoes == number)):
        raise CannotUndo("already_undone", N_("This import was already undone."))
    return run


def _in_batches(session: Session, number: int) -> Iterator[tuple[Sequence[Change], Mapping[str, list[str]]]]:
    """(changes of the run, id → columns of the first change after it that still stands), from the newest back."""
    last = session.scalar(select(func.max(Change.number)).where(Change.run == number)) or 0
    while True:
        statement = select(Change).where(Change.run == number, Change.number <= last, Change.is_undone.is_(False))
        changes = session.scalars(statement.order_by(Change.number.desc()).limit(BATCH)).all()
        if not changes:
            return
        yield changes, _later(session, changes)
        last = changes[-1].number - 1


def _later(session: Session, changes: Sequence[Change]) -> dict[str, list[str]]:
    mine, theirs = aliased(Change), aliased(Change)
    statement = (
        select(theirs.contact_point, theirs.cells)
        .join(mine, and_(mine.contact_point == theirs.contact_point, mine.number < theirs.number))
        .join(ImportRun, ImportRun.number == theirs.run)
        .where(mine.number.in_([change.number for change in changes]))
        .where(theirs.is_undone.is_(False), ImportRun.kind != "undo")
        .order_by(theirs.number)
    )
    found: dict[str, list[str]] = {}
    for contact_point, cells in session.execute(statement):
        found.setdefault(contact_point, list(cells))
    return found


def _kept(change: Change, columns: list[str]) -> Kept:
    message = N_("“%(id)s” was edited since and stays as it is.")
    name = columns[0] if columns else None
    return Kept(change.contact_point, Problem(None, name, "edited_since", message, {"id": change.contact_point}))


def _take_back(session: Session, run: int, changes: Sequence[Change], tally: Tally) -> None:
    if not changes:
        return
    stored = entries.stored(session, [change.contact_point for change in changes])
    made = [change.contact_point for change in changes if change.what == "created"]
    steps = [
        _step(change, stored[change.contact_point])
        for change in changes
        if change.what == "changed" and change.contact_point in stored
    ]
    for at in range(0, len(steps), BATCH):
        write(session, run, steps[at : at + BATCH])
    if made:
        session.execute(delete(ContactPoint).where(ContactPoint.id.in_(made)))
        removed = [{"run": run, "contact_point": id_, "what": "removed", "cells": {}} for id_ in made]
        session.execute(insert(Change), removed)
    numbers = [change.number for change in changes]
    session.execute(update(Change).where(Change.number.in_(numbers)).values(is_undone=True))
    tally.changed += len(changes)


def _step(change: Change, entry: Entry) -> RowPlan:
    """What restores one entry: each column's old value."""
    after = entry.copy()
    cells = {}
    for name, (old, _) in change.cells.items():
        if name in _NOT_COLUMNS:
            cells[name] = (getattr(entry, name), old)
            setattr(after, name, old)
            continue
        known = column(name)
        assert known is not None
        value = _read(name, old)
        cells[name] = (known.value_of(entry), value)
        entries.write(after, known, value)
    return RowPlan(0, "changed", change.contact_point, entry.name, cells, entry=after, version=entry.version)


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "verified_on" and value else value
