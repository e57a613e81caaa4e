"""Place → contact point, with its history, in the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.geocode.addresses import Address
from directory.geocode.places import Place
from directory.models import Change, ContactPoint, ImportRun
from directory.search import hold_index, index


def put(session: Session, address: Address, place: Place, run: int | None) -> int | None:
    """Write the place and what was there before, as part of this run, or of a new one; returns the run's number.

    None: the contact point was edited since its address was read, and what was found may not be true of it.
    """
    hold_index(session)
    statement = (
        select(ContactPoint)
        .where(ContactPoint.number == address.number, ContactPoint.version == address.version)
        .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        .with_for_update(of=ContactPoint)
    )
    entry = session.scalar(statement)
    if entry is None:
        return None
    cells = _write(entry, place)
    session.flush()
    index(session, [entry])
    kept = _run(session, run)
    session.add(Change(run=kept.number, contact_point=entry.id, what="changed", cells=cells))
    return kept.number


def _write(entry: ContactPoint, place: Place) -> dict[str, list[Any]]:
    new = {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision,
        "place_source": place.source,
    }
    cells = {name: [getattr(entry, name), value] for name, value in new.items() if getattr(entry, name) != value}
    for name, value in new.items():
        setattr(entry, name, value)
    entry.row_digest = b""
    entry.changed_at = datetime.now(UTC)
    return cells


def _run(session: Session, number: int | None) -> ImportRun:
    """The run of this invocation, begun with its first place: one that changes nothing leaves no trace."""
    run = session.get(ImportRun, number) if number else None
    if run is None:
        run = ImportRun(kind="geocode", state="applied", rows=0, changed=0)
        session.add(run)
    run.rows, run.changed, run.applied_at = run.rows + 1, run.changed + 1, datetime.now(UTC)
    session.flush()
    return run
