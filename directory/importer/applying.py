"""Plan → database, in the caller's transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory import cities
from directory.importer.columns import column
from directory.importer.planning import BATCH, Change, Plan
from directory.models import City, ContactPoint, Network, Organization
from directory.search import index
from directory.text import folded_phrase


def apply(session: Session, plan: Plan) -> int:
    """Write the plan's changes and what is searched with them; returns how many contact points were written."""
    owners = _Owners(session)
    for start in range(0, len(plan.changes), BATCH):
        batch = plan.changes[start : start + BATCH]
        stored = _stored(session, batch)
        entries = []
        for change in batch:
            entry = stored.get(change.id) or ContactPoint(id=change.id, organization=None, network=None)
            _write(entry, change, owners)
            session.add(entry)
            entries.append(entry)
        session.flush()
        index(session, entries)
    return len(plan.changes)


def _stored(session: Session, changes: Sequence[Change]) -> dict[str, ContactPoint]:
    statement = (
        select(ContactPoint)
        .where(ContactPoint.id.in_([change.id for change in changes if not change.is_new]))
        .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
    )
    return {entry.id: entry for entry in session.scalars(statement)}


def _write(entry: ContactPoint, change: Change, owners: _Owners) -> None:
    for name, (_, new) in change.cells.items():
        known = column(name)
        assert known is not None
        if known.attribute == "organization":
            entry.organization = owners.organization(new)
        elif known.attribute == "network":
            entry.network = owners.network(new)
        elif known.language:
            kept = {k: v for k, v in (getattr(entry, known.attribute) or {}).items() if k != known.language}
            setattr(entry, known.attribute, kept | ({known.language: new} if new else {}))
        else:
            setattr(entry, known.attribute, new)
    if change.is_new or {"city", "country"} & change.cells.keys():
        entry.place = owners.city(entry.city or "", entry.country)
    if {"latitude", "longitude"} & change.cells.keys():
        entry.place_source = "" if entry.latitude is None else "file"
    entry.changed_at = datetime.now(UTC)


class _Owners:
    """Organizations, networks and cities by name, made when they are first named."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._organizations = {row.name: row for row in session.scalars(select(Organization))}
        self._networks = {row.name: row for row in session.scalars(select(Network))}
        rows = session.scalars(select(City)).all()
        self._cities: dict[Any, City] = {(folded_phrase(row.name), row.country): row for row in rows}
        self._cities |= {row.geonames_id: row for row in rows if row.geonames_id}

    def organization(self, name: str) -> Organization | None:
        return self._organizations.setdefault(name, Organization(name=name)) if name else None

    def network(self, name: str) -> Network | None:
        return self._networks.setdefault(name, Network(name=name)) if name else None

    def city(self, name: str, country: str) -> City | None:
        """The city of this name in this country: GeoNames', else a city of its own."""
        if not name:
            return None
        key = (folded_phrase(name), country)
        if key not in self._cities:
            known = next(iter(cities.named(name, country)), None)
            if known and known.geonames_id in self._cities:
                self._cities[key] = self._cities[known.geonames_id]
            else:
                self._cities[key] = self._new_city(name, country, known)
        return self._cities[key]

    def _new_city(self, name: str, country: str, known: cities.Place | None) -> City:
        city = City(name=name, country=country)
        if known:
            city.geonames_id, city.time_zone = known.geonames_id, known.time_zone
            city.latitude, city.longitude = known.latitude, known.longitude
            self._cities[known.geonames_id] = city
        self._session.add(city)
        return city
