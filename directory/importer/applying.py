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
from directory.importer.ready import Ready, ready
from directory.models import Change, ContactPoint
from directory.search import Indexing, indexing, numbered

_POINTS: Final = bulk.table_of(ContactPoint)
_OWNERS: Final = ("organization_number", "network_number", "city_number")
_FIRST: Final = ("number", "id")
_LAST: Final = (*_OWNERS, "version", "row_digest")
_WRITTEN: Final = (*ATTRIBUTES, *_LAST, "changed_at")
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
    tally = Tally()
    with indexing(session) as found:  # before any row: whoever writes waits here, and nobody waits for each other
        owners = Owners(session)
        for batch in _batches(tally, steps):
            _write(session, run, batch, owners, found)
    return tally


def _batches(tally: Tally, steps: Iterable[RowPlan]) -> Iterator[list[RowPlan]]:
    steps = iter(steps)
    while batch := list(islice(steps, BATCH)):
        for step in batch:
            tally.add(step)
        if written := [step for step in batch if step.entry]:
            yield written


def _write(session: Session, run: int, steps: Sequence[RowPlan], owners: Owners, found: Indexing) -> None:
    """Write some rows of a plan; raises Overtaken when an entry is not the one that was compared.

    What is new first, then what changed: owners, to which rows refer; rows; what is searched of them. Then the history.
    """
    new = [step for step in steps if step.outcome == "created"]
    old = [step for step in steps if step.outcome == "changed"]
    if new:
        _create(session, new, owners, found)
    if old:
        _change(session, old, owners, found)
    bulk.insert(session, Change, _CHANGE, (_told(run, step) for step in steps))


def _create(session: Session, steps: Sequence[RowPlan], owners: Owners, found: Indexing) -> None:
    engine = session.get_bind().dialect
    first, last, at = (bulk.ready(engine, ContactPoint, names) for names in (_FIRST, _LAST, ["changed_at"]))
    now = at([datetime.now(UTC)])
    made = [
        step.entry if isinstance(step.entry, Ready) else ready(step.entry, engine.name) for step in steps if step.entry
    ]
    lived = _changes_of(session, [step.id for step in steps])
    numbers = bulk.new_numbers(session, ContactPoint, len(made))
    owners.look_up(made)
    rows, new = [], []
    for number, step, entry in zip(numbers, steps, made, strict=True):
        city = owners.city(entry.city, entry.country)
        owned = (owners.organization(entry.organization), owners.network(entry.network), city)
        more = (*owned, lived.get(step.id, 0) + 1, step.digest)
        rows.append((first((number, step.id)), entry.values, last(more), now))
        new.append((number, city, entry.searched))
    bulk.insert_ready(session, ContactPoint, (*_FIRST, *_WRITTEN), rows)
    found.write(new, are_new=True)


def _change(session: Session, steps: Sequence[RowPlan], owners: Owners, found: Indexing) -> None:
    entries, now = [step.entry for step in steps if isinstance(step.entry, Entry)], datetime.now(UTC)
    owners.look_up(entries)
    rows = [_updated(entry, step, owners, now) for entry, step in zip(entries, steps, strict=True)]
    updated = session.connection().execute(_UPDATE, rows)
    if updated.rowcount != len(rows):  # both drivers count over all of the rows
        raise Overtaken
    found.write(numbered(session, sorted(entries, key=attrgetter("number"))))  # in order: several times as fast


def _changes_of(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Id → changes in its history: one that was removed comes back with a version that it never had."""
    counted = select(Change.contact_point, func.count()).where(bulk.among(session, Change.contact_point, ids))
    return {id_: number for id_, number in session.execute(counted.group_by(Change.contact_point))}  # noqa: C416


def _updated(entry: Entry, step: RowPlan, owners: Owners, now: datetime) -> dict[str, Any]:
    entry.version = step.version + 1
    entry.city_number = owners.city(entry.city, entry.country)
    owned = (owners.organization(entry.organization), owners.network(entry.network), entry.city_number)
    row = dict(zip(_WRITTEN, (*_attributes(entry), *owned, entry.version, step.digest, now), strict=True))
    return row | {"at_number": entry.number, "at_version": step.version}


def _told(run: int, step: RowPlan) -> tuple[Any, ...]:
    cells = {name: [_plain(old), _plain(new)] for name, (old, new) in step.cells.items()}
    return run, step.id, step.outcome, cells, False


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
