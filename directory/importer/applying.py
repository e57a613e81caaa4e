"""Plan → database, in the caller's transaction: contact points, what is searched, and the history that undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer.entries import ATTRIBUTES, Entry
from directory.importer.owners import Owners
from directory.importer.planning import BATCH, RowPlan, Tally
from directory.models import Change, ContactPoint
from directory.search import hold_index, index

_POINTS: Final = bulk.table_of(ContactPoint)
_OWNERS: Final = ("organization_number", "network_number", "city_number")
_WRITTEN: Final = (*ATTRIBUTES, *_OWNERS, "changed_at", "version", "row_digest")
_UPDATE: Final = (
    update(_POINTS)
    .where(_POINTS.c.number == bindparam("at_number"), _POINTS.c.version == bindparam("at_version"))
    .values({name: bindparam(name) for name in _WRITTEN})
)
_attributes: Final = attrgetter(*ATTRIBUTES)
_CHANGE: Final = ("run", "contact_point", "what", "cells", "is_undone")


class Overtaken(Exception):
    """An entry changed between its comparison and its writing."""


def apply(session: Session, run: int, steps: Iterable[RowPlan]) -> Tally:
    """Write what the plan's good rows do, what is searched with them, and the history under this run."""
    tally, owners = Tally(), Owners(session)
    for batch in _batches(tally, steps):
        write(session, run, batch, owners)
    return tally


def _batches(tally: Tally, steps: Iterable[RowPlan]) -> Iterator[list[RowPlan]]:
    steps = iter(steps)
    while batch := list(islice(steps, BATCH)):
        for step in batch:
            tally.add(step)
        if written := [step for step in batch if step.entry]:
            yield written


def write(session: Session, run: int, steps: Sequence[RowPlan], owners: Owners | None = None) -> None:
    """Write some rows of a plan; raises Overtaken when an entry is not the one that was compared.

    Numbers first, which rows, places and words all bear; then owners, to which rows refer; rows; history; the index.
    """
    hold_index(session)  # before any row: whoever writes contact points waits here, and nobody waits for each other
    new = [step for step in steps if step.outcome == "created"]
    old = [step for step in steps if step.outcome == "changed"]
    if new:
        lived = _changes_of(session, [step.id for step in new])
        for number, step in zip(bulk.new_numbers(session, ContactPoint, len(new)), new, strict=True):
            assert step.entry
            step.entry.number, step.entry.version = number, lived.get(step.id, 0)
    owners = owners or Owners(session)
    owners.look_up([step.entry for step in steps if step.entry])
    now = datetime.now(UTC)
    if new:
        # a list: a city that is new is written in between, and PostgreSQL waits for ever for it inside a COPY
        rows = [(step.entry.number, step.id, *_row(step, owners, now)) for step in new if step.entry]
        bulk.insert(session, ContactPoint, ("number", "id", *_WRITTEN), rows)
    if old:
        updated = session.connection().execute(_UPDATE, [_updated(step, owners, now) for step in old])
        if updated.rowcount != len(old):  # both drivers count over all of the rows
            raise Overtaken
    bulk.insert(session, Change, _CHANGE, (_change(run, step) for step in steps))
    index(session, [step.entry for step in new if step.entry], are_new=True, known=[step.words for step in new])
    # in order: full text is written several times as fast
    index(session, sorted((step.entry for step in old if step.entry), key=lambda entry: entry.number))


def _changes_of(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Id → changes in its history: one that was removed comes back with a version that it never had."""
    counted = select(Change.contact_point, func.count()).where(bulk.among(session, Change.contact_point, ids))
    return {id_: number for id_, number in session.execute(counted.group_by(Change.contact_point))}  # noqa: C416


def _row(step: RowPlan, owners: Owners, now: datetime) -> list[Any]:
    """The values of `_WRITTEN`."""
    entry = step.entry
    assert entry
    entry.version = (step.version or entry.version) + 1
    entry.city_number = owners.city(entry.city, entry.country)
    row = [*_attributes(entry)]
    row += [owners.organization(entry.organization), owners.network(entry.network), entry.city_number]
    return [*row, now, entry.version, step.digest]


def _updated(step: RowPlan, owners: Owners, now: datetime) -> dict[str, Any]:
    assert step.entry
    row = dict(zip(_WRITTEN, _row(step, owners, now), strict=True))
    return row | {"at_number": step.entry.number, "at_version": step.version}


def _change(run: int, step: RowPlan) -> tuple[Any, ...]:
    cells = {name: [_plain(old), _plain(new)] for name, (old, new) in step.cells.items()}
    return run, step.id, step.outcome, cells, False


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


__all__ = ["Entry", "Overtaken", "apply", "write"]
