"""Taking back what a run did: each contact point becomes exactly what it was, unless somebody edited it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from directory.importer import keeping, restoring
from directory.importer.planning import BATCH
from directory.importer.problems import Problem
from directory.models import Change, ImportRun
from directory.vocabulary import N_

_DONE: Final = select(Change.number, Change.contact_point, Change.what, Change.cells)


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


Outcomes = Iterable[Kept | None]
"""What becomes of each change of a run: None where it is taken back."""
Watch = Callable[[int, Outcomes], Outcomes]
"""Gives back the same outcomes, of which there will be so many, and tells meanwhile how many went by."""


def undo(session: Session, number: int, by: str = "", watch: Watch | None = None) -> tuple[ImportRun, tuple[Kept, ...]]:
    """Take a run back at once; returns the run of the undo and what was kept because it was edited since.

    Raises CannotUndo, see `order`.
    """
    undoing = order(session, number, by)
    return undoing, carry_out(session, undoing, watch)


def order(session: Session, number: int, by: str = "") -> ImportRun:
    """The run that is to take a run back, in the state `undoing`; pressing twice orders it once.

    Raises CannotUndo: `no_such_run`, `not_applied`, `already_undone`, or `is_undo`.
    """
    run = session.get(ImportRun, number, with_for_update=True)  # so that two administrators cannot undo it at once
    if run is None:
        raise CannotUndo("no_such_run", N_("There is no import with this number."))
    if run.state != "applied":
        raise CannotUndo("not_applied", N_("This import was not applied: there is nothing to undo."))
    if run.kind == "undo":
        raise CannotUndo("is_undo", N_("This is itself an undo. Import the file again instead."))
    undoing = session.scalar(select(ImportRun).where(ImportRun.undoes == number).with_for_update())
    if undoing is not None and undoing.state == "applied":
        raise CannotUndo("already_undone", N_("This import was already undone."))
    if undoing is not None and undoing.state == "undoing":
        return undoing
    if undoing is None:
        undoing = ImportRun(kind="undo", undoes=number, file_name=run.file_name)
        session.add(undoing)
    undoing.state, undoing.refusal, undoing.by, undoing.applied_by = "undoing", None, by, by
    undoing.rows = session.scalar(select(func.count()).select_from(Change).where(Change.run == number)) or 0
    session.flush()
    return undoing


def carry_out(session: Session, undoing: ImportRun, watch: Watch | None = None) -> tuple[Kept, ...]:
    """Do what was ordered, all in the caller's transaction; returns what was kept because it was edited since."""
    outcomes: Outcomes = _take_back(session, undoing)
    kept, taken_back = list[Kept](), 0
    for outcome in watch(undoing.rows, outcomes) if watch else outcomes:
        if outcome:
            kept.append(outcome)
        else:
            taken_back += 1
    keeping.keep_problems(session, undoing.number, [each.problem for each in kept])
    undoing.changed, undoing.refused, undoing.rows = taken_back, len(kept), taken_back + len(kept)
    undoing.state, undoing.applied_at = "applied", datetime.now(UTC)
    return tuple(kept)


def _take_back(session: Session, undoing: ImportRun) -> Iterator[Kept | None]:
    """Chunk by chunk in the order of the run: full text is written fastest in the order of the entries."""
    mine = _DONE.where(Change.run == undoing.undoes, Change.is_undone.is_(False)).order_by(Change.number)
    last = 0
    while changes := session.execute(mine.where(Change.number > last).limit(BATCH)).all():
        restoring.hold(session, [change.contact_point for change in changes])  # before looking who edited it
        later = _later(session, undoing.undoes, changes)
        restoring.restore(session, undoing.number, [each for each in changes if each.contact_point not in later])
        yield from (_kept(each, later) for each in changes)
        last = changes[-1].number


def _later(session: Session, run: int | None, changes: Sequence[Row[Any]]) -> dict[str, list[str]]:
    """Id → columns of the first change after these, of this run, that still stands.

    Nobody's work stands in a place that was looked up since: it only hinders the undo of what was looked up before it.
    """
    mine, theirs = aliased(Change), aliased(Change)
    undone = session.get(ImportRun, run) if run else None
    passing = ["undo"] if undone and undone.kind == "geocode" else ["undo", "geocode"]
    statement = (
        select(theirs.contact_point, theirs.cells)
        .join(mine, and_(mine.contact_point == theirs.contact_point, mine.number < theirs.number))
        .join(ImportRun, ImportRun.number == theirs.run)
        .where(mine.number.in_([change.number for change in changes]))
        .where(theirs.is_undone.is_(False), ImportRun.kind.not_in(passing))
        .order_by(theirs.number)
    )
    found: dict[str, list[str]] = {}
    for contact_point, cells in session.execute(statement):
        found.setdefault(contact_point, list(cells))
    return found


def _kept(change: Row[Any], later: Mapping[str, Sequence[str]]) -> Kept | None:
    if change.contact_point not in later:
        return None
    message = N_("“%(id)s” was edited since and stays as it is.")
    name = next(iter(later[change.contact_point]), None)
    return Kept(change.contact_point, Problem(None, name, "edited_since", message, {"id": change.contact_point}))
