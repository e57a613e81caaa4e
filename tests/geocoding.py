"""Looking up places in tests: a run against a stand-in server, and what it left in the directory."""

from __future__ import annotations

from typing import Any

from nominatim_server import LIEGE, NominatimServer
from sqlalchemy import Engine, select

from directory import database, geocode
from directory.geocode import Report, Server
from directory.models import ContactPoint

CENTRE = (50.63373, 5.56749)
AGENT = "tests/1 (a@b.example)"


def run(engine: Engine, nominatim: NominatimServer | None = None, limit: int | None = None) -> Report:
    server = Server(nominatim.url, AGENT, 0.0, 1.0) if nominatim else None
    *_, report = geocode.run(engine, server, limit)
    if server:
        server.close()
    return report


def stored(engine: Engine, key: str = "a") -> ContactPoint:
    with database.reading(engine) as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.id == key)).one()


def place(engine: Engine, key: str = "a") -> tuple[float | None, float | None, str, str]:
    entry = stored(engine, key)
    return entry.latitude, entry.longitude, entry.precision, entry.place_source


def everything(engine: Engine, table: type[Any]) -> list[Any]:
    with database.reading(engine) as session:
        return list(session.scalars(select(table).order_by(*table.__mapper__.primary_key)))


EXACT, CITY = (*LIEGE, "exact", "nominatim"), (*CENTRE, "city", "geonames")
STREET = {"id": "a", "street": "Rue A 13"}
