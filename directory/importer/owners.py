"""Organizations, networks and cities by name, made when they are first named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import bulk, cities
from directory.importer.entries import Owner
from directory.models import City, Network, Organization
from directory.text import folded_phrase


class Owned(Protocol):
    """What is looked at of an entry."""

    @property
    def organization(self) -> Owner | None: ...
    @property
    def network(self) -> Owner | None: ...


class Owners:
    """The numbers of whom and what entries name, batch by batch. There may be a million organizations: none is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._organizations: dict[str, int] = {}
        self._networks: dict[str, int] = {}
        rows = session.execute(select(City.number, City.name, City.country, City.geonames_id)).all()
        self._cities: dict[Any, int] = {(folded_phrase(row.name), row.country): row.number for row in rows}
        self._cities |= {row.geonames_id: row.number for row in rows if row.geonames_id}
        self._written: dict[tuple[str, str], int] = {}
        """(name as it is written, country) → number: to fold each name once is enough."""

    def look_up(self, entries: Sequence[Owned]) -> None:
        """Get ready for these entries; organizations and networks that are missing are made."""
        self._organizations = _numbers(self._session, Organization, (entry.organization for entry in entries))
        self._networks = _numbers(self._session, Network, (entry.network for entry in entries))

    def organization(self, owner: Owner | None) -> int | None:
        return self._organizations[owner.name] if owner else None

    def network(self, owner: Owner | None) -> int | None:
        return self._networks[owner.name] if owner else None

    def city(self, name: str, country: str) -> int | None:
        """The city of this name in this country: GeoNames', else a city of its own."""
        if not name:
            return None
        if (number := self._written.get((name, country))) is None:
            number = self._written[name, country] = self._folded_city(name, country)
        return number

    def _folded_city(self, name: str, country: str) -> int:
        key = (folded_phrase(name), country)
        if key not in self._cities:
            known = next(iter(cities.named(name, country)), None)
            if known and known.geonames_id in self._cities:
                self._cities[key] = self._cities[known.geonames_id]
            else:
                self._cities[key] = self._new_city(name, country, known)
        return self._cities[key]

    def _new_city(self, name: str, country: str, known: cities.Place | None) -> int:
        city = City(name=name, country=country)
        if known:
            city.geonames_id, city.time_zone = known.geonames_id, known.time_zone
            city.latitude, city.longitude = known.latitude, known.longitude
        self._session.add(city)
        self._session.flush()
        if known:
            self._cities[known.geonames_id] = city.number
        return city.number


def _numbers(
    session: Session, table: type[Organization] | type[Network], named: Iterable[Owner | None]
) -> dict[str, int]:
    """Name → number; those that are missing are made."""
    names = {owner.name for owner in named if owner}
    if not names:
        return {}
    statement = select(table.name, table.number).where(bulk.among(session, table.name, names))
    found = {name: number for name, number in session.execute(statement)}  # noqa: C416  # a Result is no mapping
    if missing := sorted(names - found.keys()):
        new = list(zip(missing, bulk.new_numbers(session, table, len(missing)), strict=True))
        bulk.insert(session, table, ("name", "number"), new)
        found |= new
    return found
