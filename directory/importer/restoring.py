"""Contact points as they were before a run, in the caller's transaction: what it had changed, what it had made.

Of an entry that was changed only the columns are written that the run had changed; what is searched is written whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import Select, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from directory import bulk
from directory.importer import entries, wholes
from directory.importer.columns import column
from directory.importer.entries import Entry
from directory.importer.owners import Owners
from directory.models import Change, ContactPoint, ImportRun
from directory.search import hold_index, index

_POINTS: Final = bulk.table_of(ContactPoint)
_CHANGES: Final = bulk.table_of(Change)
_HISTORY: Final = ("run", "contact_point", "what", "cells", "is_undone")
_NO_COLUMN: Final = "place_source"
"""The one thing in the history that is no column of the format."""
_BY_NUMBER: Final = {"organization": "organization_number", "network": "network_number"}


class Done(Protocol):
    """What a run did to one contact point: the columns of `Change` that matter here."""

    @property
    def number(self) -> int: ...
    @property
    def contact_point(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def cells(self) -> Mapping[str, Sequence[Any]]: ...


def hold(session: Session, ids: Iterable[str]) -> None:
    """Keep others from changing these contact points until the transaction ends; SQLite has one writer anyway."""
    hold_index(session)
    if session.get_bind().dialect.name != "sqlite":
        held = select(ContactPoint.number).where(bulk.among(session, ContactPoint.id, ids))
        session.execute(held.order_by(ContactPoint.number).with_for_update())


def restore(session: Session, run: int, changes: Sequence[Done]) -> None:
    """Take back these changes under this run. Their contact points must be held, and not have changed since."""
    if not changes:
        return
    if made := [change.contact_point for change in changes if change.what == "created"]:
        _remove(session, run, made)
    if changed := [change for change in changes if change.what == "changed"]:
        _write_back(session, run, changed)
    taken = _CHANGES.c.number.in_([change.number for change in changes])
    found = _CHANGES.c.number.in_(_found_since(change for change in changes if _is_about_the_place(change)))
    session.connection().execute(update(_CHANGES).where(or_(taken, found)).values(is_undone=True))


def _is_about_the_place(change: Done) -> bool:
    """Whether a place that was looked up after it cannot be true any more once it is taken back."""
    return change.what == "created" or not change.cells.keys().isdisjoint((*wholes.ADDRESS, *wholes.PLACE))


def _found_since(changes: Iterable[Done]) -> Select[Any]:
    """The numbers of the changes by which a place was looked up after these."""
    mine, theirs = aliased(Change), aliased(Change)
    return (
        select(theirs.number)
        .join(mine, and_(mine.contact_point == theirs.contact_point, mine.number < theirs.number))
        .join(ImportRun, ImportRun.number == theirs.run)
        .where(mine.number.in_([change.number for change in changes]), ImportRun.kind == "geocode")
    )


def _remove(session: Session, run: int, ids: Sequence[str]) -> None:
    """What is searched of them goes by a trigger of the database; the history keeps their names."""
    mine = _POINTS.c.id.in_(ids)
    named = session.execute(select(_POINTS.c.id, _POINTS.c.name).where(mine))
    cells = {id_: {"name": [name, ""]} for id_, name in named}
    session.connection().execute(delete(_POINTS).where(mine))
    bulk.insert(session, Change, _HISTORY, ((run, id_, "removed", cells.get(id_, {}), False) for id_ in ids))


def _write_back(session: Session, run: int, changes: Sequence[Done]) -> None:
    stored = entries.stored(session, [change.contact_point for change in changes])
    history = [
        (run, change.contact_point, "changed", _as_it_was(change, stored[change.contact_point]), False)
        for change in changes
    ]
    restored = sorted(stored.values(), key=lambda entry: entry.number)
    names = {name for _, _, _, cells, _ in history for name in cells}
    _update(session, restored, _kept_in(names))
    bulk.insert(session, Change, _HISTORY, history)
    index(session, restored)


def _as_it_was(change: Done, entry: Entry) -> dict[str, list[Any]]:
    """Give an entry its old values; returns column → [what it had, what it has now], as the history keeps them."""
    cells = {}
    for name, (old, _) in change.cells.items():
        if name == _NO_COLUMN:
            cells[name] = [entry.place_source, old]
            entry.place_source = old
            continue
        known = column(name)
        assert known is not None
        now = known.value_of(entry)
        cells[name] = [now.isoformat() if isinstance(now, date) else now, old]
        is_date = name == "verified_on" and old
        entries.write(entry, known, date.fromisoformat(old) if is_date else old)
    return cells | _without_its_place(change, entry)


def _without_its_place(change: Done, entry: Entry) -> dict[str, list[Any]]:
    """Drop a place that was looked up by an address which is the entry's no more; returns what differs, as above."""
    has_moved = not change.cells.keys().isdisjoint(wholes.ADDRESS)
    if not has_moved or "latitude" in change.cells or entry.place_source not in wholes.DERIVED:
        return {}
    nowhere = {"latitude": None, "longitude": None, "precision": "none", _NO_COLUMN: ""}
    cells = {name: [getattr(entry, name), none] for name, none in nowhere.items()}
    for name, none in nowhere.items():
        setattr(entry, name, none)
    return cells


def _kept_in(names: Iterable[str]) -> list[str]:
    """Where the table keeps these columns of the format."""
    found = set()
    for name in names:
        known = column(name)
        attribute = known.attribute if known else name
        found.add(_BY_NUMBER.get(attribute, attribute))
    return sorted(found | {"city_number"} if found & {"city", "country"} else found)


def _update(session: Session, restored: Sequence[Entry], attributes: Sequence[str]) -> None:
    """Write these attributes of the entries."""
    if any(name.endswith("_number") for name in attributes):
        owners = Owners(session)
        owners.look_up(restored)
        for entry in restored:
            entry.organization_number = owners.organization(entry.organization)
            entry.network_number = owners.network(entry.network)
            entry.city_number = owners.city(entry.city, entry.country)
    statement = (
        update(_POINTS)
        .where(_POINTS.c.number == bindparam("at"))
        .values({name: bindparam(name) for name in attributes})
        .values(version=_POINTS.c.version + 1, row_digest=b"", changed_at=datetime.now(UTC))
    )
    rows = [{"at": entry.number} | {name: getattr(entry, name) for name in attributes} for entry in restored]
    session.connection().execute(statement, rows)
